/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recorder: the live machine behind the same interface, with everything that was read kept, and how
 * each read failed. What was kept once is answered from there: all probes see one machine, the one
 * that the recording will show.
 */
#ifndef STACKCHECK_HOST_RECORDER_H
#define STACKCHECK_HOST_RECORDER_H

#include "core/wire.h"
#include "host/host.h"
#include "host/identity.h"

struct recorder;

struct recorder *recorder_new(void);
void recorder_free(struct recorder *recorder);

/*
 * Keeps the answer to a question that is no file, or how it failed (`err` may be NULL); returns `r`.
 * They do nothing, and cost one look at a pointer, where nothing is recorded.
 */
void host_keep_text(const struct host *host, const char *key, const char *text);
void host_keep_i64(const struct host *host, const char *key, int64_t number);
void host_keep_file(const struct host *host, const char *path, const void *bytes, size_t len);
int host_keep_failure(const struct host *host, const char *key, int r, const struct error *err);

/* A number, or where `r` is negative how the question failed; returns `r`. */
int host_keep_number(const struct host *host, const char *key, int r, int64_t number,
		     const struct error *err);

bool host_is_recording(const struct host *host);

/*
 * A question about `path` was answered with `text`, or failed with `r` and the sentence in `local`,
 * which `err` (may be NULL) gets. Returns `r`.
 */
int recorder_reply(const struct host *host, const char *kind, const char *path, int r,
		   const char *text, const struct error *local, struct error *err);

/*
 * A descriptor from which a file's whole content can be read, kept; or its failure, kept too. Devices
 * and pipes are opened and not kept. `open_plain` opens it on the live machine.
 */
int recorder_open(const struct host *host, const char *path,
		  int (*open_plain)(const struct host *host, const char *path, struct error *err),
		  struct error *err);

/*
 * What a worker process kept since recorder_mark(), for the pipe, and its way into the parent's.
 * -ENOMEM, -EBADMSG. Nothing is appended where nothing is recorded.
 */
void recorder_mark(const struct host *host);
int recorder_put_news(const struct host *host, struct wire *wire);
int recorder_get_news(const struct host *host, const char *bytes, size_t len);

/*
 * The recording as a compressed tar, the caller's to free, with what identifies the machine as `identity` says. -EINVAL: this host was not opened to be
 * recorded. -EOPNOTSUPP: libarchive is not installed. -ENOMEM.
 */
int host_save(const struct host *host, const struct identity_options *identity, char **ret_bytes,
	      size_t *ret_len, struct error *err);

#endif
