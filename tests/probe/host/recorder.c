/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/recorder: what was read is kept, how it failed too, and a file of it replays to the same */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "host/private.h"

static const struct identity_options plain = { .mode = IDENTITY_PLAIN };

/* The machine of the test as a live one that is recorded. */
static struct host *recorded(void **state)
{
	const struct host_options options = { .no_guest = true, .record = true };
	struct error err = { 0 };
	struct host *host = NULL;

	if (host_open_live(fixture_path(state), &options, &host, &err) < 0)
		fail_msg("%s", err.text);
	return host;
}

/* The recording in a file of its own, opened again. */
static struct host *replayed(const struct host *live)
{
	char path[] = "/tmp/stackcheck-test-XXXXXX";
	auto_free char *bytes = NULL;
	struct error err = { 0 };
	struct host *host = NULL;
	size_t len = 0;
	auto_close int fd = mkstemp(path);

	if (host_save(live, &plain, &bytes, &len, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	if (host_open_recording(path, &host, &err) < 0)
		fail_msg("%s", err.text);
	unlink(path);
	return host;
}

static void a_file_that_was_read_is_kept_and_another_one_is_not(void **state)
{
	auto_host struct host *live = NULL, *again = NULL;
	auto_free char *line = NULL, *same = NULL, *other = NULL;
	struct error err = { 0 };

	fixture_write(state, "/etc/hosts", "one\n");
	fixture_write(state, "/etc/passwd", "root\n");
	live = recorded(state);
	assert_int_equal(host_read_line(live, "/etc/hosts", &line, &err), 0);
	again = replayed(live);
	assert_int_equal(host_read_line(again, "/etc/hosts", &same, &err), 0);
	assert_string_equal(same, "one");
	assert_int_equal(host_read_line(again, "/etc/passwd", &other, &err), -ENODATA);
	assert_int_equal(err.reason, UNKNOWN_NOT_RECORDED);
}

static void what_was_read_once_is_read_the_same_again(void **state)
{
	auto_host struct host *live = NULL;
	auto_free char *line = NULL, *same = NULL;
	struct error err = { 0 };

	fixture_write(state, "/etc/hosts", "one\n");
	live = recorded(state);
	assert_int_equal(host_read_line(live, "/etc/hosts", &line, &err), 0);
	fixture_write(state, "/etc/hosts", "two\n");
	assert_int_equal(host_read_line(live, "/etc/hosts", &same, &err), 0);
	assert_string_equal(same, "one");
}

static void what_was_missing_is_absent(void **state)
{
	auto_host struct host *live = recorded(state), *again = NULL;
	auto_free char *text = NULL;
	struct error err = { 0 };

	fixture_write(state, "/etc/os-release", "ID=x\n");
	assert_int_equal(host_read_line(live, "/etc/hostname", &text, &err), -ENOENT);
	again = replayed(live);
	assert_int_equal(host_read_line(again, "/etc/hostname", &text, &err), -ENOENT);
	assert_int_equal(host_exists(again, "/etc/hostname", &err), 0);
}

static void a_read_that_failed_fails_with_the_same_sentence(void **state)
{
	auto_host struct host *live = NULL, *again = NULL;
	auto_free char *text = NULL;
	struct error err = { 0 }, same = { 0 };

	fixture_folder(state, "/etc/cron.d");
	live = recorded(state);
	assert_int_equal(host_read(live, "/etc/cron.d", &text, NULL, &err), -EISDIR);
	again = replayed(live);
	assert_int_equal(host_read(again, "/etc/cron.d", &text, NULL, &same), -EISDIR);
	assert_string_equal(same.text, err.text);
	assert_int_equal(same.reason, err.reason);
}

static void what_a_container_hides_stays_hidden(void **state)
{
	auto_host struct host *live = NULL, *again = NULL;
	auto_free char *text = NULL;
	struct error err = { 0 };
	uint64_t kib;

	/* Not the kernel's /proc: a mask. */
	fixture_write(state, "/proc/meminfo", "1\n");
	live = recorded(state);
	live->cache->view.confined = true;
	assert_int_equal(host_read_u64(live, "/proc/meminfo", &kib, &err), -ENODATA);
	assert_int_equal(err.reason, UNKNOWN_HIDDEN);
	again = replayed(live);
	assert_int_equal(host_read_u64(again, "/proc/meminfo", &kib, &err), -ENODATA);
	assert_int_equal(err.reason, UNKNOWN_HIDDEN);
	(void)text;
}

static void folders_links_and_stat_replay(void **state)
{
	auto_host struct host *live = NULL, *again = NULL;
	auto_names struct host_names names = { 0 };
	auto_free char *text = NULL;
	struct host_stat st, same;
	struct error err = { 0 };

	fixture_write(state, "/etc/a.d/10\\odd\tname", "");
	fixture_write(state, "/etc/a.d/2", "");
	fixture_link(state, "/etc/link", "a.d/2");
	live = recorded(state);
	assert_int_equal(host_list(live, "/etc/a.d", &names, &err), 0);
	host_names_free(&names);
	assert_int_equal(host_read_link(live, "/etc/link", &text, &err), 0);
	free(take(text));
	assert_int_equal(host_stat(live, "/etc/a.d", &st, &err), 0);
	again = replayed(live);
	assert_int_equal(host_list(again, "/etc/a.d", &names, &err), 0);
	assert_int_equal(names.len, 2);
	assert_string_equal(names.names[0], "2");
	assert_string_equal(names.names[1], "10\\odd\tname");
	assert_int_equal(host_read_link(again, "/etc/link", &text, &err), 0);
	assert_string_equal(text, "a.d/2");
	assert_int_equal(host_stat(again, "/etc/a.d", &same, &err), 0);
	assert_int_equal(same.mode, st.mode);
	assert_int_equal(same.uid, st.uid);
}

static void of_process_1s_environment_only_its_container_is_kept(void **state)
{
	static const char environment[] = "SECRET=swordfish\0container=lxc\0HOME=/root";
	auto_host struct host *live = NULL, *again = NULL;
	auto_free char *text = NULL;
	struct error err = { 0 };

	fixture_write_bytes(state, "/etc/environ", environment, sizeof(environment));
	live = recorded(state);
	assert_int_equal(host_read(live, "/etc/environ", &text, NULL, &err), 0);
	assert_string_equal(text, "container=lxc");
	free(take(text));
	again = replayed(live);
	assert_int_equal(host_read(again, "/etc/environ", &text, NULL, &err), 0);
	assert_string_equal(text, "container=lxc");
}

static void the_folder_it_unpacks_to_is_a_recording_too(void **state)
{
	auto_host struct host *live = NULL, *again = NULL;
	auto_free char *bytes = NULL, *line = NULL;
	struct error err = { 0 };
	size_t len = 0;

	fixture_write(state, "/etc/hosts", "one\n");
	fixture_write(state, "/proc/x", "");
	live = recorded(state);
	assert_int_equal(host_read_line(live, "/etc/hosts", &line, &err), 0);
	host_keep_file(live, "/proc/version", "Linux\n", 6);
	assert_int_equal(host_save(live, &plain, &bytes, &len, &err), 0);
	fixture_write_bytes(state, "/made/x.tar.gz", bytes, len);
	assert_int_equal(system(PATH("tar xzf '%s/made/x.tar.gz' -C '%s/made'", fixture_path(state),
				     fixture_path(state))),
			 0);
	free(take(line));
	assert_int_equal(
		host_open_recording(PATH("%s/made/recording", fixture_path(state)), &again, &err),
		0);
	assert_int_equal(host_read_line(again, "/etc/hosts", &line, &err), 0);
	assert_string_equal(line, "one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_was_read_is_kept_and_another_one_is_not),
		TEST(what_was_read_once_is_read_the_same_again),
		TEST(what_was_missing_is_absent),
		TEST(a_read_that_failed_fails_with_the_same_sentence),
		TEST(what_a_container_hides_stays_hidden),
		TEST(folders_links_and_stat_replay),
		TEST(of_process_1s_environment_only_its_container_is_kept),
		TEST(the_folder_it_unpacks_to_is_a_recording_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
