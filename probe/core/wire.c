/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

int wire_put(struct wire *wire, const void *bytes, size_t len)
{
	if (wire->len + len > wire->size) {
		size_t size = (wire->len + len) * 2 + 4096;
		char *larger = realloc(wire->bytes, size);

		if (!larger)
			return -ENOMEM;
		wire->bytes = larger;
		wire->size = size;
	}
	if (len)
		memcpy(wire->bytes + wire->len, bytes, len);
	wire->len += len;
	return 0;
}

static int put_u32(struct wire *wire, uint32_t number)
{
	return wire_put(wire, &number, sizeof(number));
}

/* A text with its length in front; NULL is length UINT32_MAX. */
static int put_text(struct wire *wire, const char *text, size_t len)
{
	int r = put_u32(wire, text ? (uint32_t)len : UINT32_MAX);

	return r < 0 || !text ? r : wire_put(wire, text, len);
}

static int put_string(struct wire *wire, const char *text)
{
	return put_text(wire, text, text ? strlen(text) : 0);
}

static int put_unknown(struct wire *wire, const struct value_unknown *unknown)
{
	int r = put_u32(wire, unknown->reason);

	if (r >= 0)
		r = put_string(wire, unknown->fact);
	if (r >= 0)
		r = put_string(wire, unknown->detail);
	return r;
}

static int put_value(struct wire *wire, const struct value *value)
{
	const uint8_t head[2] = { value->kind, value->partial };
	int r = wire_put(wire, head, sizeof(head));

	if (r < 0)
		return r;
	switch ((enum value_kind)value->kind) {
	case VALUE_STRING:
		return put_text(wire, value->s, value->len);
	case VALUE_UNKNOWN:
		return put_unknown(wire, value->unknown);
	case VALUE_LIST:
		r = put_u32(wire, value->len);
		for (uint32_t i = 0; r >= 0 && i < value->len; i++)
			r = put_value(wire, &value->items[i]);
		return r;
	case VALUE_MAP:
		r = put_u32(wire, value->len);
		for (uint32_t i = 0; r >= 0 && i < value->len; i++) {
			r = put_value(wire, &value->entries[i].key);
			if (r >= 0)
				r = put_value(wire, &value->entries[i].value);
		}
		return r;
	case VALUE_BOOL:
		return wire_put(wire, &(const uint64_t){ value->b }, sizeof(uint64_t));
	case VALUE_NULL:
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
		return wire_put(wire, &value->u, sizeof(value->u));
	case VALUE_BYTES:
	case VALUE_TYPE:
	case VALUE_ERROR:
		break;
	}
	return -EINVAL; /* no fact holds one */
}

int wire_put_facts(struct wire *wire, struct facts *facts, const struct probe *probe)
{
	const struct fact *fact = NULL;
	size_t index = 0;
	int r = 0;

	while (r >= 0 && facts_next(facts, &index, &fact)) {
		if (!fact->set || (probe && !probe_owns(probe, fact->def)))
			continue;
		r = put_string(wire, fact->name);
		if (r >= 0)
			r = put_string(wire, fact->source);
		if (r >= 0)
			r = put_value(wire, &fact->value);
	}
	return r;
}

struct reader {
	const char *at, *end;
	struct arena *arena;
};

static int get(struct reader *reader, void *into, size_t len)
{
	if ((size_t)(reader->end - reader->at) < len)
		return -EBADMSG;
	memcpy(into, reader->at, len);
	reader->at += len;
	return 0;
}

static int get_text(struct reader *reader, const char **ret, uint32_t *ret_len)
{
	uint32_t len;
	int r = get(reader, &len, sizeof(len));

	if (r < 0)
		return r;
	*ret = NULL;
	*ret_len = 0;
	if (len == UINT32_MAX)
		return 0;
	if ((size_t)(reader->end - reader->at) < len)
		return -EBADMSG;
	*ret = arena_strndup(reader->arena, reader->at, len);
	*ret_len = len;
	reader->at += len;
	return 0;
}

static int get_unknown(struct reader *reader, struct value *ret)
{
	struct value_unknown *unknown = arena_alloc(reader->arena, sizeof(*unknown));
	uint32_t reason, len;
	int r = get(reader, &reason, sizeof(reason));

	if (r >= 0 && (reason == UNKNOWN_NONE || reason >= N_UNKNOWN_REASONS))
		return -EBADMSG;
	if (r >= 0)
		r = get_text(reader, &unknown->fact, &len);
	if (r >= 0)
		r = get_text(reader, &unknown->detail, &len);
	if (r < 0)
		return r;
	unknown->reason = (enum unknown_reason)reason;
	ret->unknown = unknown;
	return 0;
}

static int get_value(struct reader *reader, struct value *ret, int depth);

static int get_items(struct reader *reader, struct value *ret, int depth)
{
	struct value *items;
	int r = get(reader, &ret->len, sizeof(ret->len));

	/* Every item is at least two bytes. */
	if (r < 0 || ret->len > (size_t)(reader->end - reader->at))
		return -EBADMSG;
	items = arena_alloc(reader->arena, ret->len * sizeof(*items));
	for (uint32_t i = 0; r >= 0 && i < ret->len; i++)
		r = get_value(reader, &items[i], depth);
	ret->items = items;
	return r;
}

static int get_entries(struct reader *reader, struct value *ret, int depth)
{
	struct value_entry *entries;
	int r = get(reader, &ret->len, sizeof(ret->len));

	if (r < 0 || ret->len > (size_t)(reader->end - reader->at))
		return -EBADMSG;
	entries = arena_alloc(reader->arena, ret->len * sizeof(*entries));
	for (uint32_t i = 0; r >= 0 && i < ret->len; i++) {
		r = get_value(reader, &entries[i].key, depth);
		/* Every reader of a record takes its keys for texts. */
		if (r >= 0 && entries[i].key.kind != VALUE_STRING)
			return -EBADMSG;
		if (r >= 0)
			r = get_value(reader, &entries[i].value, depth);
	}
	ret->entries = entries;
	return r;
}

static int get_value(struct reader *reader, struct value *ret, int depth)
{
	uint8_t head[2];
	uint64_t number;
	int r = get(reader, head, sizeof(head));

	if (r < 0 || depth > 8 || head[0] > VALUE_ERROR)
		return -EBADMSG;
	*ret = (struct value){ .kind = head[0], .partial = head[1] != 0 };
	switch ((enum value_kind)head[0]) {
	case VALUE_STRING:
		r = get_text(reader, &ret->s, &ret->len);
		/* Its length is that of its text. */
		return r < 0 || !ret->s || strlen(ret->s) != ret->len ? -EBADMSG : 0;
	case VALUE_UNKNOWN:
		return get_unknown(reader, ret);
	case VALUE_LIST:
		return get_items(reader, ret, depth + 1);
	case VALUE_MAP:
		return get_entries(reader, ret, depth + 1);
	case VALUE_BOOL:
		r = get(reader, &number, sizeof(number));
		ret->b = r >= 0 && number != 0;
		return r;
	case VALUE_NULL:
	case VALUE_INT:
	case VALUE_UINT:
	case VALUE_DOUBLE:
		return get(reader, &ret->u, sizeof(ret->u));
	case VALUE_BYTES:
	case VALUE_TYPE:
	case VALUE_ERROR:
		break;
	}
	return -EBADMSG;
}

int wire_get_facts(const char *bytes, size_t len, struct facts *facts)
{
	struct reader reader = { bytes, bytes + len, facts_arena(facts) };

	while (reader.at < reader.end) {
		const char *name = NULL, *source = NULL;
		struct value value = { 0 };
		uint32_t ignored;
		int r = get_text(&reader, &name, &ignored);

		if (r >= 0)
			r = get_text(&reader, &source, &ignored);
		if (r >= 0)
			r = get_value(&reader, &value, 0);
		if (r < 0 || !name || facts_set_received(facts, name, value, source) < 0)
			return -EBADMSG;
	}
	return 0;
}
