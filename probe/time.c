/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * time: is the clock kept right, and by whom? The kernel says whether somebody disciplines it; a
 * hypervisor that sets its guests' clocks does not tell the kernel so.
 */
#include <errno.h>
#include <string.h>
#include <sys/timex.h>

#include "core/text.h"
#include "host/time.h"
#include "probe.h"

#define VMBUS	    "/sys/bus/vmbus/devices"
#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

static const struct fact_def facts_of_time[] = {
	{ "time.kernel", FACT_BOOL, SCOPE_STATE,
	  .meaning = "the kernel calls its clock synchronised", .source = "adjtimex(2)" },
	{ "time.daemon", FACT_STRING, SCOPE_STATE, .meaning = "the program that keeps the clock",
	  .source = "/proc/*/comm",
	  .values = "chronyd ntpd ntpd-rs systemd-timesyncd ptp4l phc2sys none" },
	{ "time.hypervisor", FACT_STRING, SCOPE_STATE,
	  .meaning = "the hypervisor's means to set this system's clock",
	  .source = VMBUS "/*/class_id, /proc/*/comm", .values = "hyperv vmware" },
	{ "time.clocksource", FACT_STRING, SCOPE_STATE,
	  .meaning = "what the kernel's clock ticks by; a hypervisor's sets no time of day",
	  .source = CLOCKSOURCE },
	{ "time.synchronized", FACT_BOOL, SCOPE_STATE, .meaning = "the clock is kept right",
	  .source = "adjtimex(2)" },
	{ "time.discipline", FACT_STRING, SCOPE_STATE, .meaning = "who keeps the clock right",
	  .source = "time.kernel, time.daemon, time.hypervisor",
	  .values = "daemon hypervisor other none" },
};

/* Names as the kernel cuts them, to 15 letters. ntpsec and OpenNTPD call theirs ntpd too. */
static const struct time_daemon {
	const char *comm;
	const char *name;
} time_daemons[] = {
	{ "chronyd", "chronyd" },
	{ "ntpd", "ntpd" },
	{ "ntp-daemon", "ntpd-rs" },
	{ "systemd-timesyn", "systemd-timesyncd" },
	/* Of a host with PTP, whichever sets the system's clock from the card's comes last. */
	{ "ptp4l", "ptp4l" },
	{ "phc2sys", "phc2sys" },
};

static void set_kernel(const struct host *host, struct facts *facts)
{
	struct host_clock clock = { 0 };
	struct error err = { 0 };

	if (host_clock(host, &clock, &err) < 0)
		facts_set_unknown(facts, "time.kernel", &err);
	else
		facts_set_bool(facts, "time.kernel",
			       clock.state != TIME_ERROR && !(clock.status & STA_UNSYNC),
			       "adjtimex(2)");
}

/*
 * The class of Hyper-V's time synchronisation (HV_TS_GUID, include/linux/hyperv.h); it counts while
 * a driver listens.
 */
static bool is_hyperv_clock(const struct host *host, const char *device)
{
	auto_free char *class_id = NULL;

	return host_read_line(host, PATH(VMBUS "/%s/class_id", device), &class_id, NULL) == 0 &&
	       strcasestr(class_id, "9527e630-d0ae-497b-adce-e80ab0175caf") &&
	       host_exists(host, PATH(VMBUS "/%s/driver", device), NULL) > 0;
}

static void set_hypervisor(const struct host *host, struct facts *facts)
{
	auto_names struct host_names names = { 0 };
	struct error err = { 0 };
	int r = host_list(host, VMBUS, &names, &err);

	for (size_t i = 0; r >= 0 && i < names.len; i++) {
		if (!is_hyperv_clock(host, names.names[i]))
			continue;
		facts_set_string(facts, "time.hypervisor", "hyperv", VMBUS);
		return;
	}
	if (r < 0 && r != -ENOENT)
		facts_set_unknown(facts, "time.hypervisor", &err);
	else
		facts_set_absent(facts, "time.hypervisor", VMBUS);
}

/*
 * kvm-clock and its like tell a guest how time passes. Nothing of them sets its time of day, so
 * that a guest without a time daemon drifts as a machine does.
 */
static void set_clocksource(const struct host *host, struct facts *facts)
{
	auto_free char *line = NULL;
	struct error err = { 0 };

	if (host_read_line(host, CLOCKSOURCE, &line, &err) < 0)
		facts_set_unknown(facts, "time.clocksource", &err);
	else
		facts_set_string(facts, "time.clocksource", line, CLOCKSOURCE);
}

static int run(const struct host *host, struct facts *facts, struct error *err)
{
	(void)err;
	set_kernel(host, facts);
	set_clocksource(host, facts);
	set_hypervisor(host, facts);
	return 0;
}

static void derive_daemon(struct facts *facts, const struct fact *names)
{
	for (size_t i = 0; i < ARRAY_SIZE(time_daemons); i++) {
		if (!text_listed(&names->value, time_daemons[i].comm))
			continue;
		facts_set_string(facts, "time.daemon", time_daemons[i].name, names->source);
		return;
	}
	facts_set_string(facts, "time.daemon", "none", names->source);
}

/*
 * A clock that the kernel calls unsynchronised is not kept right, but where a hypervisor has a hand
 * in it: it may well be, and the kernel would not know.
 */
static void derive_synchronized(struct facts *facts)
{
	const struct fact *kernel = facts_get(facts, "time.kernel");
	const char *hypervisor = facts_string(facts, "time.hypervisor");

	if (kernel->value.kind != VALUE_BOOL)
		facts_set_value(facts, "time.synchronized", kernel->value, NULL);
	else if (kernel->value.b)
		facts_set_bool(facts, "time.synchronized", true, kernel->source);
	else if (hypervisor)
		facts_set_hidden(facts, "time.synchronized",
				 "the kernel calls its clock unsynchronised, but the hypervisor "
				 "may set it from its own");
	else
		facts_set_bool(facts, "time.synchronized", false, kernel->source);
}

static void derive_discipline(struct facts *facts)
{
	const struct fact *kernel = facts_get(facts, "time.kernel");
	const char *daemon = facts_string(facts, "time.daemon");
	const char *who = "none";

	if (kernel->value.kind != VALUE_BOOL) {
		facts_set_value(facts, "time.discipline", kernel->value, NULL);
		return;
	}
	if (kernel->value.b && daemon && strcmp(daemon, "none") != 0)
		who = "daemon";
	else if (facts_string(facts, "time.hypervisor"))
		who = "hypervisor";
	else if (kernel->value.b)
		who = "other";
	facts_set_string(facts, "time.discipline", who, kernel->source);
}

static void derive(struct facts *facts)
{
	const struct fact *names = facts_get(facts, "process.names");

	if (names->value.kind == VALUE_LIST) {
		derive_daemon(facts, names);
		/*
		 * VMware's tools set the clock where the virtual machine is configured so, which
		 * they do not show.
		 */
		if (text_listed(&names->value, "vmtoolsd"))
			facts_set_string(facts, "time.hypervisor", "vmware", names->source);
	} else {
		facts_set_value(facts, "time.daemon", names->value, NULL);
	}
	derive_synchronized(facts);
	derive_discipline(facts);
}

const struct probe probe_time = {
	.name = "time",
	PROVIDES(facts_of_time),
	.run = run,
	.derive = derive,
};
