/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz: any bytes as what others print of a machine, and as what is blanked in a recording */
#include <stdlib.h>
#include <string.h>

#include "host/foreign-text.h"
#include "host/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_texts(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct store store = { 0 };

	if (!text)
		return;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	text_is_cpuid(text);
	if (text_is_lspci(text))
		text_read_lspci(text, &store);
	store_put(&store, "/sos_commands/kernel/sysctl_-a", STORE_FILE, data, size);
	store_put(&store, "/sos_commands/kernel/uname_-a", STORE_FILE, data, size);
	store_put(&store, "/proc/bus/pci/00/1f.3", STORE_FILE, data, size);
	text_complete_sosreport(&store);
	store_free(&store);
	free(text);
}

static void blank(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {
		"/sys/firmware/dmi/tables/DMI",
		"/sys/bus/pci/devices/0000:00:1f.6/config",
		"/sys/firmware/efi/efivars/Boot0001-x",
		"/proc/mounts",
		"/proc/self/mountinfo",
		"/proc/cmdline",
		"/proc/net/tcp6",
		"/proc/net/ipv6_route",
		"/proc/net/route",
		"/run/udev/data/b8:0",
		"/sys/block/sda/wwid",
		"/etc/subuid",
	};
	static const struct identity_options none = { .mode = IDENTITY_NONE };
	struct store from = { 0 }, into = { 0 };
	struct identity *identity = identity_new(&none);

	for (size_t i = 0; identity && i < sizeof(paths) / sizeof(*paths); i++)
		store_put(&from, paths[i], STORE_FILE, data, size);
	if (identity) {
		identity_add_name(identity, "web-01");
		identity_learn(identity, &from);
		identity_blank(identity, &from, true, &into);
		identity_blank(identity, &from, false, &into);
	}
	/* Nothing may change its length. */
	for (size_t i = 0; i < into.len; i++)
		if (into.items[i].len != size)
			abort();
	identity_free(identity);
	store_free(&from);
	store_free(&into);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_texts(data, size);
	blank(data, size);
	return 0;
}
