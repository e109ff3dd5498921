/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfs: one virtual function of a PCI function that the user names, made and put away again.
 * Documentation/ABI/testing/sysfs-bus-pci, sriov_numvfs and sriov_drivers_autoprobe.
 *
 * The kernel does not clean up after this one. The trial's process therefore outlives ours: in a
 * session of its own, deaf to signals, it puts everything back whatever becomes of the one that
 * began it; and where it is itself killed, that one does.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>

#include "field.h"
#include "prove/trial.h"

#define FUNCTIONS "/sys/bus/pci/devices"

/* "0000:01:00.0"; behind a VMD the domain has five digits. */
static bool is_address(const char *text)
{
	unsigned int domain, bus, device, function;
	int end = 0;

	return sscanf(text, "%8x:%2x:%2x.%1x%n", &domain, &bus, &device, &function, &end) == 4 &&
	       !text[end];
}

static int open_file(const struct trial_place *place, const char *name)
{
	int fd = open(PATH(FUNCTIONS "/%s/%s", place->on, name), O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* A number, or negative errno. */
static int read_number(int fd)
{
	char text[16] = "";
	uint64_t number;

	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		return -errno;
	if (parse_u64(strip(text), 10, &number) < 0 || number > INT32_MAX)
		return -EINVAL;
	return (int)number;
}

static int write_number(int fd, int number)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", number);

	return pwrite(fd, text, (size_t)len, 0) == len ? 0 : -errno;
}

/*
 * Whether drivers take virtual functions by themselves (1, 0), and how many there are; or negative
 * errno.
 */
static void look(struct trial_place *place)
{
	auto_close int autoprobe = open_file(place, "sriov_drivers_autoprobe");
	auto_close int count = open_file(place, "sriov_numvfs");

	place->before = autoprobe < 0 ? autoprobe : read_number(autoprobe);
	place->others = count < 0 ? count : read_number(count);
}

/* No driver is to take the new function: it would make network interfaces that others configure. */
static void set_autoprobe(const struct trial_place *place, int value)
{
	auto_close int fd = place->before == 1 ? open_file(place, "sriov_drivers_autoprobe") : -1;

	if (fd >= 0 && read_number(fd) != value)
		write_number(fd, value);
}

static void outlive(void)
{
	sigset_t all;

	prctl(PR_SET_PDEATHSIG, 0);
	/* Another name, so that what kills our processes by name passes this one over. */
	prctl(PR_SET_NAME, "sriov-restore");
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
}

static void make_one(const struct trial_place *place, int fd, struct outcome *outcome)
{
	int r;

	set_autoprobe(place, 0);
	r = write_number(fd, 1);
	if (r < 0)
		trial_failed(outcome, r, "making a virtual function: %s", strerror(-r));
	else if (access(PATH(FUNCTIONS "/%s/virtfn0", place->on), F_OK) < 0)
		trial_failed(outcome, -ENODEV, "the virtual function did not appear");
	if (r == 0 && write_number(fd, 0) < 0)
		trial_failed(outcome, -errno, "putting the virtual function away: %s",
			     strerror(errno));
	set_autoprobe(place, 1);
}

static void run(const struct trial_place *place, struct outcome *outcome)
{
	auto_close int fd = -1;
	int now;

	outlive();
	fd = open_file(place, "sriov_numvfs");
	if (fd < 0) {
		trial_not_made(outcome, fd, "%s: %s", place->on,
			       fd == -ENOENT ? "no function whose SR-IOV this kernel drives"
					     : strerror(-fd));
		return;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		trial_not_made(outcome, -EBUSY, "%s: another stackcheck is at it", place->on);
		return;
	}
	now = read_number(fd);
	if (now != 0)
		trial_not_made(outcome, -EBUSY, "%s: it has %d virtual functions already",
			       place->on, now);
	else
		make_one(place, fd, outcome);
}

/* Only what the trial itself can have left: it begins with none. */
static void tidy(const struct trial_place *place)
{
	auto_close int fd = place->others == 0 ? open_file(place, "sriov_numvfs") : -1;

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && read_number(fd) == 1)
		write_number(fd, 0);
	set_autoprobe(place, 1);
}

/*
 * What a function's row says once one was made: it can be, and so it has addresses and a bus number.
 * What failed takes back what was held for true, and gives nothing.
 */
static struct value corrected(struct arena *arena, const struct value_entry *field,
			      const struct outcome *outcome, const char *source)
{
	bool is_bool = value_is(&field->key, "sriov_kernel") || value_is(&field->key, "sriov_room");
	bool is_count = value_is(&field->key, "sriov_reach");
	const struct value *held = &field->value;

	if (outcome->code == 0 && is_bool)
		return value_bool(true);
	if (outcome->code == 0 && is_count && (held->kind != VALUE_INT || held->i < 1))
		return value_int(1);
	if (outcome->code && is_bool && held->kind == VALUE_BOOL && held->b)
		return value_unknown(arena, UNKNOWN_ERROR, NULL,
				     arena_printf(arena, "%s: %s", source, outcome->text));
	return *held;
}

static struct value row_of(struct arena *arena, const struct value *function,
			   const struct outcome *outcome, const char *source)
{
	struct record row = { 0 };

	for (uint32_t i = 0; i < function->len; i++)
		record_add(arena, &row, function->entries[i].key.s,
			   corrected(arena, &function->entries[i], outcome, source));
	return record_value(&row);
}

static void learn(const struct host *host, struct facts *facts, const struct trial_place *place,
		  const struct outcome *outcome, const char *source)
{
	const struct fact *functions = facts_get(facts, "pci");
	struct arena *arena = facts_arena(facts);
	struct list list = { 0 };
	struct value value;

	(void)host;
	if ((outcome->code && outcome->denied) || functions->value.kind != VALUE_LIST)
		return;
	for (uint32_t i = 0; i < functions->value.len; i++) {
		const struct value *function = &functions->value.items[i];
		const char *address = field_text(function, "address");

		list_add(arena, &list,
			 address && strcmp(address, place->on) == 0
				 ? row_of(arena, function, outcome, source)
				 : *function);
	}
	value = list_value(&list);
	value.partial = functions->value.partial;
	facts_set_value(facts, "pci", value, functions->source);
}

const struct trial trial_vfs = {
	.name = "vfs",
	.does = "makes one virtual function that no driver takes, and puts it away again",
	.takes = "ADDRESS",
	.fits = is_address,
	.seconds = 20,
	.outlives = true,
	.look = look,
	.run = run,
	.tidy = tidy,
	.learn = learn,
};
