/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ethtool: what a network interface says it can do */
#include "host/ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/util.h"
#include "host/recorder.h"

/* Words of 32 bits that a kernel may answer with; today's need four. */
#define WORDS_MAX 16

/*
 * enum ethtool_link_mode_bit_indices of linux/ethtool.h, by number: the kernel that answers may be
 * newer than the headers this is built with. 0 Mbit/s: no speed (ports, pause, error correction).
 */
static const struct {
	unsigned int first, last;
	uint64_t mbits;
} modes_of_speed[] = {
	{ 0, 1, 10 },	      { 2, 3, 100 },	    { 4, 5, 1000 },	  { 6, 11, 0 },
	{ 12, 12, 10000 },    { 13, 14, 0 },	    { 15, 15, 2500 },	  { 16, 16, 0 },
	{ 17, 17, 1000 },     { 18, 20, 10000 },    { 21, 22, 20000 },	  { 23, 26, 40000 },
	{ 27, 30, 56000 },    { 31, 33, 25000 },    { 34, 35, 50000 },	  { 36, 39, 100000 },
	{ 40, 40, 50000 },    { 41, 41, 1000 },	    { 42, 46, 10000 },	  { 47, 47, 2500 },
	{ 48, 48, 5000 },     { 49, 51, 0 },	    { 52, 56, 50000 },	  { 57, 61, 100000 },
	{ 62, 66, 200000 },   { 67, 67, 100 },	    { 68, 68, 1000 },	  { 69, 73, 400000 },
	{ 74, 74, 0 },	      { 75, 79, 100000 },   { 80, 84, 200000 },	  { 85, 89, 400000 },
	{ 90, 91, 100 },      { 92, 92, 10 },	    { 93, 98, 800000 },	  { 99, 102, 10 },
	{ 103, 108, 200000 }, { 109, 114, 400000 }, { 115, 120, 800000 }, { 121, 124, 1600000 },
};

static bool speed_of_mode(unsigned int mode, uint64_t *ret_mbits)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes_of_speed); i++) {
		if (mode < modes_of_speed[i].first || mode > modes_of_speed[i].last)
			continue;
		*ret_mbits = modes_of_speed[i].mbits;
		return true;
	}
	return false;
}

int ethtool_fastest(const uint32_t *modes, size_t n_words, uint64_t *ret_mbits, struct error *err)
{
	uint64_t fastest = 0;

	for (unsigned int mode = 0; mode < n_words * 32; mode++) {
		uint64_t mbits;

		if (!(modes[mode / 32] & (uint32_t)1 << mode % 32))
			continue;
		if (!speed_of_mode(mode, &mbits))
			return error_set(err, -EOPNOTSUPP,
					 "supports a link mode that is not known here (%u)", mode);
		if (mbits > fastest)
			fastest = mbits;
	}
	if (fastest == 0)
		return error_set(err, -EOPNOTSUPP, "its driver names no link modes");
	*ret_mbits = fastest;
	return 0;
}

/* What the driver answers. */
struct settings {
	uint32_t modes[WORDS_MAX];
	bool port_none;
};

#define RECORDED_PORT_NONE "port-none"

static int recorded_settings(const struct host *host, const char *name, struct settings *ret,
			     struct error *err)
{
	auto_free char *text = NULL;
	const char *at;
	int n = 0;
	int r = host_recorded_answer(host, PATH("ethtool link-modes %s", name), &text, err);

	if (r < 0)
		return r;
	at = text;
	while (n < WORDS_MAX) {
		char *end;
		unsigned long word = strtoul(at, &end, 16);

		if (end == at)
			break;
		ret->modes[n++] = (uint32_t)word;
		at = end;
	}
	ret->port_none = strstr(at, RECORDED_PORT_NONE) != NULL;
	return n;
}

/*
 * An ioctl that names an interface which is not there loads a module of that name (dev_load() in
 * net/core/dev_ioctl.c); SIOCGIFNAME, by index, does not. So: is the interface that sysfs shows the
 * one of this namespace?
 */
static bool is_ours(const struct host *host, int fd, const char *name)
{
	struct ifreq request = { 0 };
	int64_t index;

	if (host_is_elsewhere(host) ||
	    host_read_i64(host, PATH("/sys/class/net/%s/ifindex", name), &index, NULL) < 0)
		return false;
	request.ifr_ifindex = (int)index;
	return ioctl(fd, SIOCGIFNAME, &request) == 0 &&
	       strncmp(request.ifr_name, name, IFNAMSIZ) == 0;
}

/*
 * The ethtool ioctl would wake it (__dev_ethtool() in net/ethtool/ioctl.c takes a runtime reference
 * of the parent).
 */
static bool is_asleep(const struct host *host, const char *name)
{
	auto_free char *status = NULL;

	return host_read_line(host, PATH("/sys/class/net/%s/device/power/runtime_status", name),
			      &status, NULL) == 0 &&
	       strcmp(status, "suspended") == 0;
}

static int live_settings(int fd, const char *name, struct settings *ret, struct error *err)
{
	/* The masks of what is supported, advertised, and the partner's stand behind the head. */
	_Alignas(struct ethtool_link_settings) char buffer[sizeof(struct ethtool_link_settings) +
							   sizeof(uint32_t[3 * WORDS_MAX])] = { 0 };
	struct ethtool_link_settings *settings = (struct ethtool_link_settings *)buffer;
	struct ifreq request = { .ifr_data = buffer };

	snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
	/*
	 * The first answer is how many words the kernel has, negative; then the same again with
	 * that number.
	 */
	settings->cmd = ETHTOOL_GLINKSETTINGS;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return error_set(err, -errno, "%s: ETHTOOL_GLINKSETTINGS: %s", name,
				 strerror(errno));
	if (settings->link_mode_masks_nwords >= 0 || settings->link_mode_masks_nwords < -WORDS_MAX)
		return error_set(err, -EOPNOTSUPP, "%s: link modes in an unknown form", name);
	settings->cmd = ETHTOOL_GLINKSETTINGS;
	settings->link_mode_masks_nwords = (int8_t)-settings->link_mode_masks_nwords;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		return error_set(err, -errno, "%s: ETHTOOL_GLINKSETTINGS: %s", name,
				 strerror(errno));
	for (int i = 0; i < settings->link_mode_masks_nwords; i++)
		ret->modes[i] = settings->link_mode_masks[i];
	ret->port_none = settings->port == PORT_NONE;
	return settings->link_mode_masks_nwords;
}

static int ask_live(const struct host *host, const char *name, struct settings *ret,
		    struct error *err)
{
	auto_close int fd = -1;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_set(err, -errno, "%s: no socket to ask with: %s", name,
				 strerror(errno));
	if (!is_ours(host, fd, name))
		return error_set(err, -EOPNOTSUPP,
				 "%s: not in the network namespace of this process", name);
	if (is_asleep(host, name))
		return error_set(err, -EOPNOTSUPP, "%s: not asked, the device sleeps", name);
	return live_settings(fd, name, ret, err);
}

static int ask(const struct host *host, const char *name, struct settings *ret, struct error *err)
{
	const char *key = PATH("ethtool link-modes %s", name);
	char text[WORDS_MAX * 9 + sizeof(RECORDED_PORT_NONE) + 1] = "";
	int n, len = 0;

	if (!host_is_live(host))
		return recorded_settings(host, name, ret, err);
	n = ask_live(host, name, ret, err);
	if (n < 0)
		return host_keep_failure(host, key, n, err);
	for (int i = 0; i < n; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%x", i ? " " : "",
				ret->modes[i]);
	if (ret->port_none)
		snprintf(text + len, sizeof(text) - (size_t)len, " " RECORDED_PORT_NONE);
	host_keep_text(host, key, text);
	return n;
}

/*
 * Backplanes and some drivers of fixed ports answer "none" too (i40e_get_settings_link_up(),
 * xgbe_get_link_ksettings()): a cage has fibre among its modes, and neither of those.
 */
static bool has_empty_cage(const struct settings *settings)
{
	const uint32_t fibre = UINT32_C(1) << ETHTOOL_LINK_MODE_FIBRE_BIT;
	const uint32_t fixed = UINT32_C(1) << ETHTOOL_LINK_MODE_TP_BIT |
			       UINT32_C(1) << ETHTOOL_LINK_MODE_Backplane_BIT;

	return settings->port_none && (settings->modes[0] & fibre) && !(settings->modes[0] & fixed);
}

int host_ethtool(const struct host *host, const char *name, struct host_ethtool *ret,
		 struct error *err)
{
	struct settings settings = { 0 };
	uint64_t mbits;
	int n = ask(host, name, &settings, err);
	int r;

	if (n < 0)
		return n;
	r = ethtool_fastest(settings.modes, (size_t)n, &mbits, err);
	if (r < 0)
		return error_wrap(err, "%s", name);
	*ret = (struct host_ethtool){ .mbits = mbits, .no_connector = has_empty_cage(&settings) };
	return 0;
}
