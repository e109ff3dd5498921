/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire: facts through a pipe come out as they went in; damaged bytes are refused and nothing else
 * happens
 */
#include "../../fixture.h"

#include <errno.h>
#include <string.h>

#include "core/text.h"
#include "core/wire.h"

static struct value a_record(struct arena *arena)
{
	struct record record = { 0 };

	record_add(arena, &record, "name", value_string("eth0"));
	record_add(arena, &record, "speed", value_int(25000000000));
	record_add(arena, &record, "physical", value_bool(true));
	record_add(arena, &record, "held_by", value_null());
	record_add(arena, &record, "link",
		   value_unknown(arena, UNKNOWN_PERMISSION, "nics", "only root may look"));
	return record_value(&record);
}

static void fill(struct facts *facts)
{
	struct arena *arena = facts_arena(facts);
	struct list nics = { 0 };
	struct value value;

	list_add(arena, &nics, a_record(arena));
	value = list_value(&nics);
	value.partial = true;
	facts_set_value(facts, "nics", value, "/sys/class/net");
	facts_set_int(facts, "memory.total", INT64_MAX, "/proc/meminfo");
	facts_set_int(facts, "swap.total", -1, NULL);
	facts_set_bool(facts, "cpu.smt", true, "smt/active");
	facts_set_bool(facts, "host.bmc", false, NULL);
	facts_set_string(facts, "os.name", "Überraschung \"1\"\n", "/etc/os-release");
	facts_set_string(facts, "os.id", "", NULL);
	facts_set_absent(facts, "os.version", "/etc/os-release");
	facts_set_hidden(facts, "cpu.model", NULL);
	facts_set_value(facts, "cpu.features", text_words(arena, "aes avx2", " "), NULL);
	facts_set_string(facts, "kernel.cmdline.quiet", "", "/proc/cmdline");
}

static void packed(struct wire *wire)
{
	auto_facts struct facts *facts = facts_new();

	fill(facts);
	assert_int_equal(wire_put_facts(wire, facts, NULL), 0);
}

static void facts_come_out_as_they_went_in(void **state)
{
	auto_facts struct facts *facts = facts_new();
	auto_wire struct wire wire = { 0 };

	(void)state;
	packed(&wire);
	assert_int_equal(wire_get_facts(wire.bytes, wire.len, facts), 0);
	assert_count(facts, "memory.total", INT64_MAX);
	assert_count(facts, "swap.total", -1);
	assert_bool(facts, "cpu.smt", true);
	assert_bool(facts, "host.bmc", false);
	assert_text(facts, "os.name", "Überraschung \"1\"\n");
	assert_text(facts, "os.id", "");
	assert_absent(facts, "os.version");
	assert_unknown(facts, "cpu.model", UNKNOWN_HIDDEN);
	assert_null(facts_get(facts, "cpu.model")->value.unknown->detail);
	assert_list(facts, "cpu.features", "aes avx2");
	assert_text(facts, "kernel.cmdline.quiet", "");
	assert_field(facts, "nics", 0, "name", "eth0");
	assert_field(facts, "nics", 0, "speed", "25000000000");
	assert_field(facts, "nics", 0, "physical", "true");
	assert_field(facts, "nics", 0, "held_by", "null");
	assert_field(facts, "nics", 0, "link", "unknown:permission");
	assert_true(facts_get(facts, "nics")->value.partial);
	assert_string_equal(facts_get(facts, "nics")->source, "/sys/class/net");
	assert_null(facts_get(facts, "swap.total")->source);
	/* What was not set did not travel. */
	assert_false(facts_get(facts, "cpu.cores")->set);
}

static void bytes_that_end_too_early_are_refused(void **state)
{
	auto_wire struct wire wire = { 0 };
	size_t whole = 0;

	(void)state;
	packed(&wire);
	for (size_t len = 0; len < wire.len; len++) {
		auto_facts struct facts *facts = facts_new();
		auto_free char *bytes = malloc(len + 1);

		assert_non_null(bytes);
		memcpy(bytes, wire.bytes, len);
		if (wire_get_facts(bytes, len, facts) == 0)
			whole++;
	}
	/* Only where the cut falls between two facts. */
	assert_int_equal(whole, 11);
}

static void flipped_bits_are_refused_or_harmless(void **state)
{
	auto_wire struct wire wire = { 0 };
	size_t refused = 0;

	(void)state;
	packed(&wire);
	for (size_t bit = 0; bit < wire.len * 8; bit++) {
		auto_facts struct facts *facts = facts_new();
		int r;

		wire.bytes[bit / 8] ^= (char)(1 << bit % 8);
		r = wire_get_facts(wire.bytes, wire.len, facts);
		assert_true(r == 0 || r == -EBADMSG);
		refused += r < 0;
		wire.bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_true(refused > wire.len);
}

static void put_text(struct wire *wire, const char *text)
{
	uint32_t len = (uint32_t)strlen(text);

	wire_put(wire, &len, sizeof(len));
	wire_put(wire, text, len);
}

static void refuse(const char *name, uint8_t kind, const void *rest, size_t len)
{
	auto_facts struct facts *facts = facts_new();
	auto_wire struct wire wire = { 0 };
	const uint8_t head[2] = { kind, 0 };

	put_text(&wire, name);
	put_text(&wire, "source");
	wire_put(&wire, head, sizeof(head));
	wire_put(&wire, rest, len);
	assert_int_equal(wire_get_facts(wire.bytes, wire.len, facts), -EBADMSG);
}

static void a_value_of_another_type_is_refused_and_does_not_end_the_program(void **state)
{
	static const uint64_t one = 1;
	static const uint32_t no_text = UINT32_MAX, huge = 0x7fffffff;

	(void)state;
	refuse("cpu.smt", VALUE_INT, &one, sizeof(one));
	refuse("cpu.cores", VALUE_BOOL, &one, sizeof(one));
	refuse("cpu.smt", VALUE_NULL, &one, sizeof(one));
	refuse("no.such.fact", VALUE_BOOL, &one, sizeof(one));
	refuse("port.free.", VALUE_BOOL, &one, sizeof(one));
	refuse("os.id", VALUE_STRING, &no_text, sizeof(no_text));
	refuse("nics", VALUE_LIST, &huge, sizeof(huge));
	refuse("kernel.config", VALUE_MAP, &huge, sizeof(huge));
	refuse("os.id", VALUE_ERROR, &one, sizeof(one));
	refuse("os.id", 0xff, &one, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_come_out_as_they_went_in),
		cmocka_unit_test(bytes_that_end_too_early_are_refused),
		cmocka_unit_test(flipped_bits_are_refused_or_harmless),
		cmocka_unit_test(a_value_of_another_type_is_refused_and_does_not_end_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
