/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity: what identifies is found by where it stands (a file, a column of one), by its form (a
 * UUID, a hardware address) or, once known, by itself.
 */
#include "host/identity.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/hmac.h>

#include "core/util.h"

#define NAMES_MAX 4
#define VALUE_MAX 256 /* longer ones count by their first bytes */

struct identity {
	struct identity_options options;
	struct store ordinals; /* each value as it is compared, and its number */
	struct store words; /* parts of serial numbers that are known */
	char *names[NAMES_MAX];
	bool failed;
};

struct identity *identity_new(const struct identity_options *options)
{
	struct identity *identity = calloc(1, sizeof(*identity));
	char *key = identity ? malloc(options->key_len + 1) : NULL;

	if (!key) {
		free(identity);
		return NULL;
	}
	identity->options = *options;
	if (options->key_len)
		memcpy(key, options->key, options->key_len);
	identity->options.key = key;
	return identity;
}

void identity_free(struct identity *identity)
{
	if (!identity)
		return;
	store_free(&identity->ordinals);
	store_free(&identity->words);
	for (size_t i = 0; i < NAMES_MAX; i++)
		free(identity->names[i]);
	free((char *)identity->options.key);
	free(identity);
}

int identity_add_name(struct identity *identity, const char *name)
{
	size_t i = 0;

	while (i < NAMES_MAX && identity->names[i] && strcmp(identity->names[i], name) != 0)
		i++;
	/* Of what every machine may be called nothing can be learnt, and "db" is a word. */
	if (i == NAMES_MAX || identity->names[i] || strlen(name) < 3 ||
	    strcmp(name, "localhost") == 0 || strcmp(name, "(none)") == 0)
		return 0;
	identity->names[i] = strdup(name);
	return identity->names[i] ? 0 : -ENOMEM;
}

/* --- what stands in its place --- */

/* Counted from 1, in the order in which they are met. */
static unsigned int ordinal_of(struct identity *identity, const char *canon)
{
	const struct store_item *item = store_find(&identity->ordinals, canon);
	uint32_t number = (uint32_t)identity->ordinals.len + 1;

	if (!item) {
		if (store_put(&identity->ordinals, canon, STORE_FILE, &number, sizeof(number)) < 0)
			identity->failed = true;
		return number;
	}
	memcpy(&number, item->bytes, sizeof(number));
	return number;
}

/* `len` bytes that only the key can tell from others. */
static void keyed_bytes(const struct identity *identity, const char *canon, uint8_t *bytes,
			size_t len)
{
	for (uint8_t round = 0; len; round++) {
		size_t n = len < SHA256_DIGEST_SIZE ? len : SHA256_DIGEST_SIZE;
		struct hmac_sha256_ctx ctx;

		hmac_sha256_set_key(&ctx, identity->options.key_len,
				    (const uint8_t *)identity->options.key);
		hmac_sha256_update(&ctx, strlen(canon), (const uint8_t *)canon);
		hmac_sha256_update(&ctx, 1, &round);
		hmac_sha256_digest(&ctx, n, bytes);
		bytes += n;
		len -= n;
	}
}

/* Which letters a value is written in, so that its replacement is one of its kind. */
static const char *alphabet_of(const char *canon)
{
	bool digits = true, hex = true;

	for (const char *c = canon; *c; c++) {
		digits &= isdigit((unsigned char)*c) != 0;
		hex &= isxdigit((unsigned char)*c) != 0;
	}
	return digits ? "0123456789"
	       : hex  ? "0123456789abcdef"
		      : "0123456789abcdefghijklmnopqrstuvwxyz";
}

/* The letters and digits of a text alone, small, as values are compared. */
static size_t canon_of(const char *text, size_t len, char canon[VALUE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < VALUE_MAX - 1; i++)
		if (isalnum((unsigned char)text[i]))
			canon[n++] = (char)tolower((unsigned char)text[i]);
	canon[n] = '\0';
	return n;
}

static void fill_as(struct identity *identity, const char *canon, char *text, size_t len)
{
	const char *alphabet = alphabet_of(canon);
	const size_t n_letters = strlen(alphabet);
	uint8_t bytes[VALUE_MAX] = { 0 };
	unsigned int number = 0;
	bool capitals = true;
	size_t k = 0;

	if (identity->options.mode == IDENTITY_KEYED)
		keyed_bytes(identity, canon, bytes, sizeof(bytes));
	else
		number = ordinal_of(identity, canon);
	for (size_t i = 0; i < len; i++)
		capitals &= islower((unsigned char)text[i]) == 0;
	/* From its end on: a number fills it up with zeros in front. */
	for (size_t i = len; i-- > 0;) {
		char c = '0';

		if (!isalnum((unsigned char)text[i]))
			continue;
		if (identity->options.mode == IDENTITY_KEYED) {
			c = alphabet[bytes[k++ % sizeof(bytes)] % n_letters];
		} else {
			c = (char)('0' + number % 10);
			number /= 10;
		}
		text[i] = capitals ? (char)toupper((unsigned char)c) : c;
	}
}

void identity_fill(struct identity *identity, char *text, size_t len)
{
	char canon[VALUE_MAX];

	if (canon_of(text, len, canon))
		fill_as(identity, canon, text, len);
	/* What is no letter of ASCII is one of some name. */
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			text[i] = 'x';
}

void identity_fill_bytes(struct identity *identity, unsigned char *bytes, size_t len)
{
	char canon[VALUE_MAX] = "";
	size_t n = 0, same = 1;
	unsigned int number;

	while (same < len && bytes[same] == bytes[0])
		same++;
	if (!len || (same == len && (bytes[0] == 0 || bytes[0] == 0xff)))
		return;
	for (size_t i = 0; i < len && n + 3 < VALUE_MAX; i++)
		n += (size_t)snprintf(canon + n, sizeof(canon) - n, "%02x", bytes[i]);
	if (identity->options.mode == IDENTITY_KEYED) {
		keyed_bytes(identity, canon, bytes, len);
		return;
	}
	number = ordinal_of(identity, canon);
	for (size_t i = len; i-- > 0; number /= 256)
		bytes[i] = (unsigned char)(number % 256);
}

/* --- by form --- */

/* All zeros and all ones name nothing. */
static bool is_constant(const char *canon)
{
	return strspn(canon, "0") == strlen(canon) || strspn(canon, "f") == strlen(canon);
}

static size_t hex_run(const char *text)
{
	size_t n = 0;

	while (isxdigit((unsigned char)text[n]))
		n++;
	return n;
}

/*
 * The length of a UUID at `text`, 0 where there is none. Units of systemd write its dashes as \x2d
 * (systemd.unit(5)).
 */
static size_t uuid_at(const char *text)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (hex_run(text + at) != groups[i])
			return 0;
		at += groups[i];
		if (i + 1 == ARRAY_SIZE(groups))
			break;
		if (text[at] == '-' || text[at] == '_')
			at++;
		else if (starts_with(text + at, "\\x2d"))
			at += 4;
		else
			return 0;
	}
	return at;
}

/* Six bytes or more with colons or dashes between: Ethernet has 6, EUI-64 8, InfiniBand 20. */
static size_t mac_at(const char *text)
{
	const char separator = hex_run(text) == 2 ? text[2] : '\0';
	size_t n = 0, at = 0;

	if (separator != ':' && separator != '-')
		return 0;
	while (hex_run(text + at) == 2) {
		n++;
		at += 2;
		if (text[at] != separator)
			break;
		at++;
	}
	if (at && text[at - 1] == separator)
		at--;
	return n == 6 || n == 8 || n == 20 ? at : 0;
}

/* What stands in front of a number that names one device of the world, and how that begins. */
static const struct {
	const char *prefix;
	const char *first; /* one of these; NULL: any */
	size_t digits; /* at least */
} numbered[] = {
	{ "0x", "2356", 16 },	{ "wwn-0x", NULL, 16 }, { "wwn-", NULL, 16 }, { "naa.", NULL, 16 },
	{ "eui.", NULL, 16 },	{ "enx", NULL, 12 },	{ "MAC:", NULL, 12 }, { "MAC(", NULL, 12 },
	{ "mpath-3", "6", 32 }, { "mpath-3", "5", 16 }, { "3", "6", 32 },     { "3", "5", 16 },
};

/* The length of its prefix, and of the number behind it in *ret_len; 0: there is none. */
static size_t number_at(const char *text, size_t *ret_len)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbered); i++) {
		const size_t len = strlen(numbered[i].prefix);

		if (strncmp(text, numbered[i].prefix, len) != 0 ||
		    (numbered[i].first && (!text[len] || !strchr(numbered[i].first, text[len]))))
			continue;
		*ret_len = hex_run(text + len);
		if (*ret_len >= numbered[i].digits && !isalnum((unsigned char)text[len + *ret_len]))
			return len;
	}
	return 0;
}

/*
 * What stands in front of a value that identifies to its end: the short volume numbers of vfat have no
 * form of their own, nor has the boot loader's way to write a hardware address (01 is Ethernet).
 */
static const struct {
	const char *prefix;
	const char *end;
} valued[] = {
	{ "UUID=", " ,\n\"" },
	{ "uuid/", " ,\n/" },
	{ "partuuid/", " ,\n/" },
	{ "BOOTIF=01-", " \n" },
};

/* "nqn.2014-08.org.nvmexpress:…" and "iqn.…:…" are values from the colon on. */
static size_t value_at(const char *text, size_t *ret_len)
{
	for (size_t i = 0; i < ARRAY_SIZE(valued); i++) {
		const size_t len = strlen(valued[i].prefix);

		if (strncmp(text, valued[i].prefix, len) != 0)
			continue;
		*ret_len = strcspn(text + len, valued[i].end);
		return len;
	}
	if (starts_with(text, "nqn.") || starts_with(text, "iqn.")) {
		const size_t head = strcspn(text, ": \t\n/");

		*ret_len = strcspn(text + head, " \t\n/,");
		return text[head] == ':' ? head : 0;
	}
	return 0;
}

static void fill_number(struct identity *identity, char *text, size_t len)
{
	char canon[VALUE_MAX];

	canon_of(text, len, canon);
	if (!is_constant(canon))
		fill_as(identity, canon, text, len);
}

/* A word that is a part of a serial number. */
static void fill_word(struct identity *identity, char *word, size_t len)
{
	char canon[VALUE_MAX];

	canon_of(word, len, canon);
	if (store_find(&identity->words, canon))
		fill_as(identity, canon, word, len);
}

/* Ends where no letter or digit follows. */
static size_t word_at(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]))
		n++;
	return n;
}

/* All that is told by its form, and all known words; returns how much of `text` is done with. */
static size_t blank_at(struct identity *identity, char *text, bool all_words)
{
	size_t len = uuid_at(text), number = 0, head;

	/* A type's UUID is the same everywhere. */
	if (starts_with(text, "TYPE="))
		return strcspn(text, "\n");
	if (!len)
		len = mac_at(text);
	if (len && !isalnum((unsigned char)text[len])) {
		fill_number(identity, text, len);
		return len;
	}
	head = number_at(text, &number);
	if (!head)
		head = value_at(text, &number);
	if (head) {
		fill_number(identity, text + head, number);
		return head + number;
	}
	len = word_at(text);
	if (all_words)
		fill_number(identity, text, len);
	else
		fill_word(identity, text, len);
	return len;
}

static bool is_boundary(char c)
{
	return !isalnum((unsigned char)c);
}

static void blank_forms(struct identity *identity, char *text, bool all_words)
{
	for (char *at = text; *at;) {
		if (isalnum((unsigned char)*at)) {
			at += blank_at(identity, at, all_words);
		} else {
			if (all_words && (unsigned char)*at >= 0x80)
				*at = 'x';
			at++;
		}
	}
}

static void blank_name(struct identity *identity, char *text, const char *name, bool anywhere)
{
	const size_t len = strlen(name);

	for (char *at = text; (at = strstr(at, name)); at += len)
		if ((at == text || (anywhere ? is_boundary(at[-1]) : at[-1] == '@')) &&
		    is_boundary(at[len]) && (anywhere || at > text))
			fill_number(identity, at, len);
}

/*
 * A host's name may be any word ("ceph"), so it is looked for where hosts are named: with `anywhere`
 * in the whole text, else as the instance of a unit ("ceph-mon@web01"). Device mapper doubles the dashes of a name; a
 * volume group is often called after its host.
 */
static void blank_names(struct identity *identity, char *text, bool anywhere)
{
	for (size_t i = 0; i < NAMES_MAX && identity->names[i]; i++) {
		char doubled[VALUE_MAX * 2];
		size_t n = 0;

		blank_name(identity, text, identity->names[i], anywhere);
		for (const char *c = identity->names[i]; *c && n + 2 < sizeof(doubled); c++) {
			doubled[n++] = *c;
			if (*c == '-')
				doubled[n++] = *c;
		}
		doubled[n] = '\0';
		if (anywhere && strcmp(doubled, identity->names[i]) != 0)
			blank_name(identity, text, doubled, anywhere);
	}
}

/* --- network addresses --- */

/* Networks that anyone may use: a host's part of them is blanked, the network tells of no one. */
static const struct {
	uint32_t network;
	unsigned int bits;
} common_v4[] = {
	{ 0x0a000000, 8 },  { 0xac100000, 12 }, { 0xc0a80000, 16 }, /* RFC 1918 */
	{ 0x64400000, 10 }, { 0xa9fe0000, 16 }, /* RFC 6598, RFC 3927 */
	{ 0xc0000200, 24 }, { 0xc6336400, 24 }, { 0xcb007100, 24 }, /* RFC 5737 */
	{ 0xc6120000, 15 }, /* RFC 2544 */
};

static bool is_common_network(uint32_t address)
{
	for (size_t i = 0; i < ARRAY_SIZE(common_v4); i++)
		if ((address ^ common_v4[i].network) >> (32 - common_v4[i].bits) == 0)
			return true;
	return false;
}

/* Addresses that every machine has, and masks. */
static bool is_common_v4(uint32_t address)
{
	return address == 0 || address == UINT32_MAX || address >> 24 == 127 ||
	       address >> 24 >= 224;
}

/* Stays an address of such a network, or becomes one of a network for benchmarks (RFC 2544). */
static uint32_t other_v4(struct identity *identity, uint32_t address)
{
	unsigned char bytes[4] = { (unsigned char)(address >> 24), (unsigned char)(address >> 16),
				   (unsigned char)(address >> 8), (unsigned char)address };
	const bool is_network = bytes[3] == 0 || bytes[3] == 255;

	if (is_common_v4(address) || (is_common_network(address) && is_network))
		return address;
	identity_fill_bytes(identity, bytes, sizeof(bytes));
	if (is_common_network(address))
		return (address & ~(uint32_t)255) | bytes[3];
	return 0xc6120000 | (uint32_t)(bytes[1] & 1) << 16 | (uint32_t)bytes[2] << 8 |
	       (is_network ? address & 255 : bytes[3]);
}

/* Of links and of networks that anyone may use (RFC 4193, RFC 3849) the host's half, else all but its kind. */
static void other_v6(struct identity *identity, unsigned char bytes[16])
{
	static const unsigned char none[15] = { 0 }, mapped[12] = { [10] = 0xff, [11] = 0xff };
	const bool documentation =
		bytes[0] == 0x20 && bytes[1] == 1 && bytes[2] == 0x0d && bytes[3] == 0xb8;
	uint32_t address;

	if (bytes[0] == 0xff || memcmp(bytes, none, sizeof(none)) == 0)
		return;
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0) {
		memcpy(&address, bytes + 12, 4);
		address = htonl(other_v4(identity, ntohl(address)));
		memcpy(bytes + 12, &address, 4);
	} else if (bytes[0] == 0xfe || bytes[0] >> 1 == 0x7e || documentation) {
		identity_fill_bytes(identity, bytes + 8, 8);
	} else {
		identity_fill_bytes(identity, bytes + 1, 15);
	}
}

/* "192.168.1.20" at `text`: its length, or 0. */
static size_t v4_at(const char *text, uint32_t *ret)
{
	char copy[INET_ADDRSTRLEN];
	struct in_addr address;
	size_t len = strspn(text, "0123456789.");

	while (len && text[len - 1] == '.')
		len--;
	if (len < 7 || len >= sizeof(copy))
		return 0;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, &address) != 1)
		return 0;
	*ret = ntohl(address.s_addr);
	return len;
}

static void fill_last_part(struct identity *identity, char *text, size_t len)
{
	char canon[VALUE_MAX];
	size_t from = len;

	while (text[from - 1] != '.')
		from--;
	canon_of(text, len, canon);
	if (text[from] != '0')
		fill_as(identity, canon, text + from, len - from);
}

/* Its digits are others, as many in each part. */
static void blank_v4_text(struct identity *identity, char *text)
{
	for (char *at = text; *at; at++) {
		uint32_t address = 0;
		size_t len;

		if (!isdigit((unsigned char)*at) ||
		    (at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '.')))
			continue;
		len = v4_at(at, &address);
		if (!len)
			continue;
		if (!is_common_v4(address) && is_common_network(address))
			fill_last_part(identity, at, len);
		else if (!is_common_v4(address))
			fill_number(identity, at, len);
		at += len - 1;
	}
}

/* What inet_pton(3) takes for an IPv6 address; ::, ::1 and the halves that all links have stay. */
static void blank_v6_text(struct identity *identity, char *text)
{
	for (char *at = text; *at; at++) {
		const size_t len = strspn(at, "0123456789abcdefABCDEF:");
		char copy[INET6_ADDRSTRLEN];
		struct in6_addr address;

		if (len >= 6 && len < sizeof(copy)) {
			memcpy(copy, at, len);
			copy[len] = '\0';
			if (inet_pton(AF_INET6, copy, &address) == 1)
				fill_number(identity, at + 4, len - 4);
		}
		at += len ? len - 1 : 0;
	}
}

static unsigned int digit_of(char c)
{
	return isdigit((unsigned char)c) ? (unsigned int)(c - '0')
					 : (unsigned int)(tolower((unsigned char)c) - 'a') + 10;
}

/*
 * A word of /proc/net's tables: 8 digits are IPv4 in the machine's order, 32 are IPv6, as four such
 * words in the tables of sockets.
 */
static void blank_hex_address(struct identity *identity, char *word, size_t len, bool swapped)
{
	unsigned char bytes[16] = { 0 };
	char text[33];
	const size_t n = len / 2, turn = swapped ? 3 : 0;
	bool small = false;
	uint32_t address;

	/* Not by sscanf(3), which measures the whole table for each. */
	if (hex_run(word) != len)
		return;
	for (size_t i = 0; i < n; i++)
		bytes[i ^ turn] =
			(unsigned char)(digit_of(word[2 * i]) << 4 | digit_of(word[2 * i + 1]));
	for (size_t i = 0; i < len; i++)
		small |= islower((unsigned char)word[i]) != 0;
	if (n == 4) {
		memcpy(&address, bytes, 4);
		address = htonl(other_v4(identity, ntohl(address)));
		memcpy(bytes, &address, 4);
	} else {
		other_v6(identity, bytes);
	}
	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, small ? "%02x" : "%02X", bytes[i ^ turn]);
	memcpy(word, text, len);
}

static bool little_endian(void)
{
	return htonl(1) != 1;
}

/*
 * Tables of proc_net(5): of sockets an address stands before a colon, of IPv4's routes in the
 * second and third column; IPv6's have nothing but addresses with 32 digits.
 */
static void blank_net_table(struct identity *identity, const char *path, char *text)
{
	const char *name = strrchr(path, '/') + 1;
	const bool routes = strcmp(name, "route") == 0;
	const bool inet6 = strcmp(name, "if_inet6") == 0 || strcmp(name, "ipv6_route") == 0;
	int column = 0;

	for (char *at = text; *at;) {
		size_t len = strcspn(at, " \t\n:");

		if (len == 32 || (len == 8 && at[8] == ':') ||
		    (len == 8 && routes && (column == 1 || column == 2)))
			blank_hex_address(identity, at, len, !inet6 && little_endian());
		at += len;
		column += len > 0;
		for (; *at && strchr(" \t\n:", *at); at++)
			if (*at == '\n')
				column = 0;
	}
}

/* --- files whose names or columns tell what is in them --- */

/* Files that hold an identity and nothing else. */
static const char *const identity_files[] = {
	"*/dmi/id/*_serial",
	"*/dmi/id/*_uuid",
	"*/dmi/id/*_asset_tag",
	"/etc/machine-id",
	"/var/lib/dbus/machine-id",
	"/etc/hostname",
	"/proc/sys/kernel/hostname",
	"/proc/sys/kernel/domainname",
	"/proc/sys/kernel/random/*",
	"/sys/*/serial",
	"/sys/*/serial_number",
	"/sys/*/serialno",
	"/proc/device-tree/serial-number",
	"/sys/firmware/devicetree/base/serial-number",
	"/sys/*/wwid",
	"/sys/*/wwn",
	"/sys/*/unique_id",
	"/sys/*/nguid",
	"/sys/*/eui",
	"/sys/*/uuid",
	"/sys/*/subsysnqn",
	"/sys/*/hostnqn",
	"/sys/*/hostid",
	"/sys/*/node_guid",
	"/sys/*/sys_image_guid",
	"/sys/*/gids/*",
	"/sys/*/phys_switch_id",
	"/sys/*/phys_port_id",
	"/sys/*/net/*/address",
	"/sys/*/sas_address",
	"/sys/*/port_name",
	"/sys/*/node_name",
	"/sys/*/cid",
	"/sys/*/vpd_pg80",
	"/sys/*/vpd_pg83",
};

static bool is_identity_file(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(identity_files); i++)
		if (fnmatch(identity_files[i], path, 0) == 0)
			return true;
	return false;
}

/* The length of what names the kind of a number: "naa.", "LVM-", "CRYPT-LUKS2-". */
static size_t kind_prefix(const char *text)
{
	static const char *const kinds[] = { "LVM-",   "mpath-",  "CRYPT-", "LUKS1-", "LUKS2-",
					     "PLAIN-", "DMRAID-", "naa.",   "eui.",   "t10.",
					     "nvme.",  "uuid.",	  "0x" };
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds);) {
		if (starts_with(text + at, kinds[i])) {
			at += strlen(kinds[i]);
			i = 0;
		} else {
			i++;
		}
	}
	return at;
}

/*
 * Words of five letters and more, with a digit among them, are known by themselves elsewhere. Not the
 * parts of what has a form of its own: "8086" may be one of those.
 */
static void learn_words(struct identity *identity, const char *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t n = word_at(text + at), form = uuid_at(text + at);
		char canon[VALUE_MAX];

		if (!form)
			form = mac_at(text + at);
		if (!form && n >= 5 && strcspn(text + at, "0123456789") < n &&
		    strspn(text + at, "0") < n && canon_of(text + at, n, canon) &&
		    store_put(&identity->words, canon, STORE_FILE, "", 0) < 0)
			identity->failed = true;
		at += form ? form : n ? n : 1;
	}
}

/* The text behind a line's beginning, NULL where there is no such line. */
static const char *udev_value(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? at + strlen(name) : NULL;
}

/* ID_SERIAL may have the model in front, which is no secret. */
static void learn_udev(struct identity *identity, const char *text)
{
	static const char *const names[] = { "\nE:ID_SERIAL_SHORT=", "\nE:ID_SCSI_SERIAL=" };
	const char *serial = udev_value(text, "\nE:ID_SERIAL=");
	const char *model = udev_value(text, "\nE:ID_MODEL=");
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = udev_value(text, names[i]);

		found |= value != NULL;
		if (value)
			learn_words(identity, value, strcspn(value, "\n"));
	}
	if (serial && !found) {
		const size_t len = model ? strcspn(model, "\n") : 0;

		if (len && strncmp(serial, model, len) == 0)
			serial += len;
		learn_words(identity, serial, strcspn(serial, "\n"));
	}
}

int identity_learn(struct identity *identity, const struct store *files)
{
	for (size_t i = 0; i < files->len; i++) {
		const struct store_item *item = &files->items[i];
		const char *name = strrchr(item->key, '/');

		if (starts_with(item->key, "/run/udev/data/"))
			learn_udev(identity, item->bytes);
		else if (strcmp(item->key, "/etc/hostname") == 0 ||
			 strcmp(item->key, "/proc/sys/kernel/hostname") == 0)
			continue;
		else if (name && is_identity_file(item->key) && !memchr(item->bytes, 0, item->len))
			learn_words(identity, item->bytes + kind_prefix(item->bytes),
				    item->len - kind_prefix(item->bytes));
	}
	return identity->failed ? -ENOMEM : 0;
}

/* Line by line: of what names a kind only what follows. */
static void blank_whole(struct identity *identity, char *text)
{
	char *rest = text, *line;
	const size_t len = strlen(text);

	while ((line = strsep(&rest, "\n"))) {
		blank_forms(identity, line + kind_prefix(line), true);
		if (line + strlen(line) < text + len)
			line[strlen(line)] = '\n';
	}
}

/* The server of a network filesystem, and whom it is mounted for. */
static void blank_mount_line(struct identity *identity, char *line, size_t len)
{
	static const char *const options[] = { "addr=",	  "clientaddr=", "username=", "user=",
					       "domain=", "mountaddr=",	 "ip=" };
	char *device = line;
	size_t n = strcspn(device, " ");

	/* mountinfo has the source behind " - TYPE ". */
	if (isdigit((unsigned char)*line)) {
		char *dash = memmem(line, len, " - ", 3);

		device = dash ? strchr(dash + 3, ' ') : NULL;
		if (!device || device >= line + len)
			return;
		device++;
		n = strcspn(device, " \n");
	}
	if (starts_with(device, "//"))
		identity_fill(identity, device, n);
	else if (memmem(device, n, ":/", 2))
		identity_fill(identity, device, strcspn(device, "/") - 1);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		for (char *at = line; (at = memmem(at, (size_t)(line + len - at), options[i],
						   strlen(options[i])));) {
			at += strlen(options[i]);
			if (is_boundary(at[-(ptrdiff_t)strlen(options[i]) - 1]))
				identity_fill(identity, at, strcspn(at, ", \n"));
		}
}

static void each_line(struct identity *identity, char *text,
		      void (*blank)(struct identity *identity, char *line, size_t len))
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		blank(identity, text, len);
		text += len;
		text += *text == '\n';
	}
}

/* Parameters that hold an address of a service, or what opens it. */
static void blank_cmdline(struct identity *identity, char *line, size_t len)
{
	static const char *const secrets[] = { "password=", "passwd=", "token=",
					       "secret=",   "key=",    "credential=" };
	char *at = line;

	while (at < line + len) {
		const size_t n = strcspn(at, " \n");
		char *url = memmem(at, n, "://", 3);

		if (url)
			identity_fill(identity, url + 3, n - (size_t)(url + 3 - at));
		for (size_t i = 0; i < ARRAY_SIZE(secrets); i++) {
			char *value = memmem(at, n, secrets[i], strlen(secrets[i]));

			if (value) {
				value += strlen(secrets[i]);
				identity_fill(identity, value, n - (size_t)(value - at));
			}
		}
		at += n + 1;
	}
}

/* Users of /etc/subuid and subgid; those that packages make are no one's names. */
static void blank_user_line(struct identity *identity, char *line, size_t len)
{
	static const char *const packaged[] = { "root:", "lxd:", "containers:", "nobody:" };
	char *end = memchr(line, ':', len);

	for (size_t i = 0; i < ARRAY_SIZE(packaged); i++)
		if (starts_with(line, packaged[i]))
			return;
	if (end && !isdigit((unsigned char)*line))
		identity_fill(identity, line, (size_t)(end - line));
}

/* --- a file --- */

/* Lists that come with a system and are the same on each. */
static const char *const public_files[] = {
	"/lib/modules/*",  "/usr/lib/*",    "/etc/*release*",  "/etc/modprobe.d/*",
	"/usr/src/*",	   "/boot/*",	    "/var/lib/dpkg/*", "/lib/apk/*",
	"/proc/config.gz", "/proc/modules", "/proc/cpuinfo",   "/.stackcheck/*",
};

static bool is_public(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(public_files); i++)
		if (fnmatch(public_files[i], path, 0) == 0)
			return true;
	return false;
}

static const struct {
	const char *pattern;
	void (*blank)(struct identity *identity, char *line, size_t len);
} line_files[] = {
	{ "/proc/*mounts", blank_mount_line }, { "/proc/*/mountinfo", blank_mount_line },
	{ "/etc/fstab", blank_mount_line },    { "/proc/cmdline", blank_cmdline },
	{ "/etc/subuid", blank_user_line },    { "/etc/subgid", blank_user_line },
};

/* Where a host's own name is looked for: devices, mounts, the boot loader's words. */
static const char *const naming_files[] = {
	"/proc/cmdline", "/proc/*mounts", "/proc/*/mountinfo", "/proc/swaps",	   "/etc/fstab",
	"/etc/hosts",	 "/run/udev/*",	  "/sys/*/dm/name",    "/etc/resolv.conf",
};

static bool names_hosts(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(naming_files); i++)
		if (fnmatch(naming_files[i], path, 0) == 0)
			return true;
	return false;
}

static void blank_text(struct identity *identity, const char *path, char *text)
{
	/* An identity is blanked once: what stands there then has a form too. */
	if (is_identity_file(path)) {
		blank_whole(identity, text);
		return;
	}
	if (fnmatch("/proc/*/net/*", path, 0) == 0 || fnmatch("/proc/net/*", path, 0) == 0)
		blank_net_table(identity, path, text);
	blank_names(identity, text, names_hosts(path) || strstr(text, "/dev/mapper/"));
	if (names_hosts(path)) {
		blank_v4_text(identity, text);
		blank_v6_text(identity, text);
	}
	blank_forms(identity, text, false);
	for (size_t i = 0; i < ARRAY_SIZE(line_files); i++)
		if (fnmatch(line_files[i].pattern, path, 0) == 0)
			each_line(identity, text, line_files[i].blank);
}

static void blank_file(struct identity *identity, const char *path, char *bytes, size_t len)
{
	if (is_public(path))
		return;
	if (memchr(bytes, 0, len) && !ends_with(path, "/serial-number"))
		identity_blank_table(identity, path, (unsigned char *)bytes, len);
	else
		blank_text(identity, path, bytes);
}

/* Names of EFI variables end in the number of who defined them. */
static bool has_plain_key(const char *key)
{
	return strstr(key, "/efivars/") != NULL;
}

int identity_blank(struct identity *identity, const struct store *from, bool files,
		   struct store *into)
{
	for (size_t i = 0; i < from->len; i++) {
		const struct store_item *item = &from->items[i];
		auto_free char *key = strdup(item->key), *bytes = malloc(item->len + 1);
		int r;

		if (!key || !bytes)
			return -ENOMEM;
		memcpy(bytes, item->bytes, item->len + 1);
		if (files)
			blank_file(identity, item->key, bytes, item->len);
		else
			blank_text(identity, "", bytes);
		if (!has_plain_key(key)) {
			blank_names(identity, key, strstr(key, "/dev/mapper/"));
			blank_forms(identity, key, false);
		}
		r = store_put(into, key, item->kind, bytes, item->len);
		if (r < 0)
			return r;
	}
	return identity->failed ? -ENOMEM : 0;
}
