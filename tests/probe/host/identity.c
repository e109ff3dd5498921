/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host/identity: nothing in a recording tells which machine it is of, and what was equal is equal still */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "host/archive.h"
#include "host/private.h"

#define SERIAL	"S3Z8NB0K123456"
#define UUID	"4c4c4544-0042-3510-8057-b7c04f573432"
#define VOLUME	"9f3c1d2e-77aa-4be1-9c55-d01234abcdef"
#define MAC	"3c:ec:ef:12:34:56"
#define WWN	"5000c500a1b2c3d4"
#define MACHINE "0123456789abcdef0123456789abcd77"

/* Files that hold them, each of which a probe may read. */
static const struct {
	const char *path, *text;
} files[] = {
	{ "/proc/cmdline",
	  "root=UUID=" VOLUME " ro BOOTIF=01-3c-ec-ef-12-34-56 ip=52.29.17.4::52.29."
	  "17.1 rd.lvm.lv=web01/root inst.ks=http://kick.corp.example/web01 quiet\n" },
	{ "/proc/mounts",
	  "/dev/mapper/web01-root / ext4 rw 0 0\nfiler.corp.example:/home /home nfs4 "
	  "rw,addr=52.29.17.9 0 0\n//share.corp.example/x /x cifs rw,username=alice 0 0\n"
	  "/dev/disk/by-uuid/" VOLUME " /boot ext4 rw 0 0\n" },
	{ "/proc/sys/kernel/hostname", "web01\n" },
	{ "/etc/hostname", "web01.corp.example\n" },
	{ "/etc/machine-id", MACHINE "\n" },
	{ "/proc/net/tcp", "  sl  local_address rem_address   st\n"
			   "   0: 04111D34:0016 00000000:0000 0A 0 0 0 0 0 1052\n"
			   "   1: 0100007F:0035 00000000:0000 0A 0 0 0 0 0 1053\n" },
	{ "/proc/net/if_inet6", "2a05d014012345670a1b2c3d4e5f6071 02 40 00 80     eth0\n" },
	{ "/sys/class/dmi/id/product_serial", SERIAL "\n" },
	{ "/sys/class/dmi/id/product_uuid", UUID "\n" },
	{ "/sys/class/dmi/id/product_name", "PowerEdge R740\n" },
	{ "/sys/class/net/eth0/address", MAC "\n" },
	{ "/sys/class/net/enx3cecef123456/address", MAC "\n" },
	{ "/sys/block/sda/device/wwid", "naa." WWN "\n" },
	{ "/sys/block/sdb/device/wwid", "naa." WWN "\n" },
	{ "/sys/block/sdc/device/wwid", "naa.5000c500ffffffff\n" },
	{ "/sys/block/dm-0/dm/uuid", "mpath-3600508b1001c7f3aa4c1f3d2e4b5a697\n" },
	{ "/run/udev/data/b8:0",
	  "S:disk/by-id/wwn-0x" WWN "\nS:disk/by-id/ata-SAMSUNG_MZ7_" SERIAL
	  "\nE:ID_SERIAL=SAMSUNG_MZ7_" SERIAL "\nE:ID_SERIAL_SHORT=" SERIAL "\nE:ID_WWN=0x" WWN
	  "\nE:ID_MODEL=SAMSUNG_MZ7\nE:ID_FS_UUID=" VOLUME
	  "\nE:ID_PART_ENTRY_TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b\n" },
	{ "/etc/os-release", "ID=debian\nHOME_URL=\"https://www.debian.org/\"\n" },
};

/* Each of them, and parts that would do; in any case. */
static const char *const secrets[] = {
	SERIAL,		"S3Z8NB0K", "4c4c4544",	    "57b7c04f573432", "b7c04f573432", "9f3c1d2e",
	"d01234abcdef", "3c:ec:ef", "3c-ec-ef",	    "3cecef",	      "12:34:56",     "c500a1b2",
	"a1b2c3d4",	MACHINE,    "web01",	    "corp.example",   "52.29.17",     "04111D34",
	"2a05d014",	"4e5f6071", "600508b1001c", "alice",
};

static struct host *recorded(void **state)
{
	const struct host_options options = { .no_guest = true, .record = true };
	struct error err = { 0 };
	struct host *host = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		fixture_write(state, files[i].path, files[i].text);
	if (host_open_live(fixture_path(state), &options, &host, &err) < 0)
		fail_msg("%s", err.text);
	/* The test's folder is not the kernel's own: it is read through a root that is handed over. */
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		auto_free char *text = NULL;

		if (host_read(host, files[i].path, &text, NULL, &err) < 0)
			fail_msg("%s", err.text);
	}
	return host;
}

/* What the recording of this host holds; the caller's to free. */
static struct store packed(const struct host *host, const struct identity_options *options)
{
	auto_free char *bytes = NULL;
	struct error err = { 0 };
	struct store store = { 0 };
	size_t len = 0;

	if (host_save(host, options, &bytes, &len, &err) < 0 ||
	    archive_read(bytes, len, &store, &err) < 0)
		fail_msg("%s", err.text);
	return store;
}

static const char *text_of(const struct store *store, const char *path)
{
	const struct store_item *item = store_find(store, path);

	if (!item)
		fail_msg("%s is not in the recording", path);
	return item ? item->bytes : "";
}

static void assert_no_secret(const struct store *store)
{
	for (size_t i = 0; i < store->len; i++)
		for (size_t k = 0; k < ARRAY_SIZE(secrets); k++) {
			const struct store_item *item = &store->items[i];

			if (strcasestr(item->key, secrets[k]) ||
			    strcasestr(item->bytes, secrets[k]))
				fail_msg("'%s' is in %s:\n%s", secrets[k], item->key, item->bytes);
		}
}

static const struct identity_options none = { .mode = IDENTITY_NONE };
static const struct identity_options keyed = {
	.mode = IDENTITY_KEYED,
	.key = "a key of the fleet's",
	.key_len = 20,
};

static void a_recording_holds_no_identity(void **state)
{
	auto_host struct host *host = recorded(state);
	struct store store = packed(host, &none);

	assert_no_secret(&store);
	store_free(&store);
}

static void with_a_key_it_holds_none_either(void **state)
{
	auto_host struct host *host = recorded(state);
	struct store store = packed(host, &keyed);

	assert_no_secret(&store);
	store_free(&store);
}

static void told_plainly_it_holds_all(void **state)
{
	static const struct identity_options plain = { .mode = IDENTITY_PLAIN };
	auto_host struct host *host = recorded(state);
	struct store store = packed(host, &plain);

	assert_string_equal(text_of(&store, "/sys/class/dmi/id/product_serial"), SERIAL "\n");
	store_free(&store);
}

static void what_was_equal_is_equal_still_and_what_was_not_is_not(void **state)
{
	const struct identity_options *modes[] = { &none, &keyed };
	auto_host struct host *host = recorded(state);

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct store store = packed(host, modes[i]);
		const char *wwid = text_of(&store, "/sys/block/sda/device/wwid");
		char number[32];

		assert_string_equal(wwid, text_of(&store, "/sys/block/sdb/device/wwid"));
		assert_string_not_equal(wwid, text_of(&store, "/sys/block/sdc/device/wwid"));
		/* In another place under another prefix too. */
		snprintf(number, sizeof(number), "wwn-0x%.16s\n", wwid + strlen("naa."));
		assert_non_null(strstr(text_of(&store, "/run/udev/data/b8:0"), number));
		snprintf(number, sizeof(number), "_%.14s\n",
			 text_of(&store, "/sys/class/dmi/id/product_serial"));
		assert_non_null(strstr(text_of(&store, "/run/udev/data/b8:0"), number));
		store_free(&store);
	}
}

static void what_identifies_nobody_stays(void **state)
{
	auto_host struct host *host = recorded(state);
	struct store store = packed(host, &none);

	assert_string_equal(text_of(&store, "/etc/os-release"), files[ARRAY_SIZE(files) - 1].text);
	assert_string_equal(text_of(&store, "/sys/class/dmi/id/product_name"), "PowerEdge R740\n");
	assert_non_null(strstr(text_of(&store, "/proc/net/tcp"), " 0100007F:0035 00000000:0000"));
	assert_non_null(strstr(text_of(&store, "/run/udev/data/b8:0"),
			       "TYPE=c12a7328-f81f-11d2-ba4b-00a0c93ec93b"));
	assert_non_null(strstr(text_of(&store, "/run/udev/data/b8:0"), "ID_MODEL=SAMSUNG_MZ7"));
	assert_non_null(strstr(text_of(&store, "/proc/cmdline"), " ro "));
	assert_non_null(strstr(text_of(&store, "/proc/mounts"), " /home nfs4 rw,addr="));
	assert_non_null(strstr(text_of(&store, "/sys/block/sda/device/wwid"), "naa."));
	store_free(&store);
}

static void one_key_gives_the_same_and_another_key_another(void **state)
{
	static const struct identity_options other = {
		.mode = IDENTITY_KEYED,
		.key = "another fleet's key!",
		.key_len = 20,
	};
	auto_host struct host *host = recorded(state);
	struct store first = packed(host, &keyed), again = packed(host, &keyed),
		     differs = packed(host, &other);
	const char *path = "/sys/class/dmi/id/product_uuid";

	assert_string_equal(text_of(&first, path), text_of(&again, path));
	assert_string_not_equal(text_of(&first, path), text_of(&differs, path));
	store_free(&first);
	store_free(&again);
	store_free(&differs);
}

/* --- tables --- */

static struct identity *blanking(void)
{
	struct identity *identity = identity_new(&none);

	assert_non_null(identity);
	return identity;
}

static void smbios_loses_serial_numbers_and_the_uuid(void **state)
{
	/* A system (27 bytes) with manufacturer, product, serial number; a vendor's own; the end. */
	static const char table[] =
		"\x01\x1b\x01\x00\x01\x02\x00\x03"
		"\x44\x45\x4c\x4c\x42\x00\x10\x35\x80\x57\xb7\xc0\x4f\x57\x34\x32"
		"\x06\x00\x00"
		"Dell Inc.\0PowerEdge\0" SERIAL "\0\0"
		"\xd1\x0a\x02\x00\x3c\xec\xef\x12\x34\x56"
		"tag " SERIAL "\0\0"
		"\x7f\x04\x03\x00\0\0";
	struct identity *identity = blanking();
	unsigned char bytes[sizeof(table)];

	(void)state;
	memcpy(bytes, table, sizeof(table));
	identity_blank_table(identity, "/sys/firmware/dmi/tables/DMI", bytes, sizeof(bytes));
	assert_null(memmem(bytes, sizeof(bytes), "S3Z8", 4));
	assert_null(memmem(bytes, sizeof(bytes), "\xb7\xc0\x4f", 3));
	assert_null(memmem(bytes, sizeof(bytes), "\x3c\xec\xef", 3));
	assert_non_null(memmem(bytes, sizeof(bytes), "PowerEdge", 9));
	identity_free(identity);
}

static void a_functions_serial_number_is_blanked(void **state)
{
	struct identity *identity = blanking();
	unsigned char config[4096] = {
		[0x100] = 0x03, [0x102] = 0x01, [0x103] = 0x15, [0x104] = 0x12, [0x105] = 0x34,
		[0x10b] = 0x3c, [0x150] = 0x10, [0x152] = 1,	[0x15e] = 7
	};

	(void)state;
	identity_blank_table(identity, "/sys/bus/pci/devices/0000:01:00.0/config", config,
			     sizeof(config));
	assert_int_equal(config[0x104], 0);
	assert_int_equal(config[0x10b], 1);
	assert_int_equal(config[0x100], 3);
	assert_int_equal(config[0x15e], 7);
	identity_free(identity);
}

static void a_boot_option_loses_the_hardware_address(void **state)
{
	/* "MAC:3CECEF123456" as UTF-16, and a path with a hardware address. */
	unsigned char option[] = {
		7, 0,	0,  0,	 1,    0,    0,	   0,	 41,   0,    'M',	  0,	':', 0, '3',
		0, 'C', 0,  'E', 0,    'C',  0,	   'E',	 0,    'F',  0,		  '1',	0,   0, 0,
		3, 11,	37, 0,	 0x3c, 0xec, 0xef, 0x12, 0x34, 0x56, [67] = 0x7f, 0xff, 4,   0,
	};
	struct identity *identity = blanking();

	(void)state;
	identity_blank_table(identity,
			     "/sys/firmware/efi/efivars/Boot0001-8be4df61-93ca-11d2-aa0d-"
			     "00e098032b8c",
			     option, sizeof(option));
	assert_null(memmem(option, sizeof(option), "\x3c\xec\xef", 3));
	assert_null(memmem(option, sizeof(option), "3\0C\0E", 5));
	assert_int_equal(option[30], 3);
	assert_int_equal(option[31], 11);
	identity_free(identity);
}

static void damaged_tables_are_left_without_harm(void **state)
{
	static const char *const paths[] = { "/sys/firmware/dmi/tables/DMI", "/sys/x/config",
					     "/sys/firmware/efi/efivars/Boot0001-x" };
	struct identity *identity = blanking();

	(void)state;
	srand(1);
	for (size_t i = 0; i < 3000; i++) {
		unsigned char bytes[600];
		const size_t len = (size_t)rand() % sizeof(bytes);
		unsigned char *copy = malloc(len + 1);

		assert_non_null(copy);
		for (size_t k = 0; k < len; k++)
			copy[k] = (unsigned char)(rand() % 3 ? rand() % 16 : rand());
		copy[len] = 0;
		identity_blank_table(identity, paths[i % ARRAY_SIZE(paths)], copy, len);
		free(copy);
	}
	identity_free(identity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_recording_holds_no_identity),
		TEST(with_a_key_it_holds_none_either),
		TEST(told_plainly_it_holds_all),
		TEST(what_was_equal_is_equal_still_and_what_was_not_is_not),
		TEST(what_identifies_nobody_stays),
		TEST(one_key_gives_the_same_and_another_key_another),
		TEST(smbios_loses_serial_numbers_and_the_uuid),
		TEST(a_functions_serial_number_is_blanked),
		TEST(a_boot_option_loses_the_hardware_address),
		TEST(damaged_tables_are_left_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
