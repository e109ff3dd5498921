/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * error: a negative errno with the sentence that goes with it, and why a fact is unknown because of
 * it
 */
#ifndef STACKCHECK_ERROR_H
#define STACKCHECK_ERROR_H

#include "core/value.h"

struct error {
	int code; /* negative errno; 0: no error */
	enum unknown_reason reason; /* what a fact that hung on it is now */
	char text[512];
};

/*
 * Sets code, text and the reason that follows from the code (EACCES, EPERM: permission; ETIMEDOUT:
 * timeout; EOPNOTSUPP, ENOSYS, ENOTTY: unsupported; ENODATA: not-recorded; else error). `err` may
 * be NULL. Returns `code`, so that a function can end in `return error_set(…)`.
 */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with a reason of the caller's. */
int error_because(struct error *err, int code, enum unknown_reason reason, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "<prefix>: " in front of the text: each caller that knows more says so. Returns the code. */
int error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
