/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/util.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

int parse_u64(const char *text, int base, uint64_t *ret)
{
	unsigned long long number;
	char *end;

	if (!isxdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, base);
	if (errno)
		return -errno;
	if (end == text || *end)
		return -EINVAL;
	*ret = number;
	return 0;
}

int parse_i64(const char *text, int base, int64_t *ret)
{
	long long number;
	char *end;

	if (!isxdigit((unsigned char)text[*text == '-' || *text == '+']))
		return -EINVAL;
	errno = 0;
	number = strtoll(text, &end, base);
	if (errno)
		return -errno;
	if (end == text || *end)
		return -EINVAL;
	*ret = number;
	return 0;
}

char *strip(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *text, const char *suffix)
{
	size_t len = strlen(text), tail = strlen(suffix);

	return len >= tail && memcmp(text + len - tail, suffix, tail) == 0;
}

int cpulist_next(const char **ret_text, uint64_t *ret_first, uint64_t *ret_last)
{
	const char *text = *ret_text;
	unsigned long long first, last;
	char *end;

	while (*text == ',' || isspace((unsigned char)*text))
		text++;
	if (!*text) {
		*ret_text = text;
		return 0;
	}
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	first = last = strtoull(text, &end, 10);
	if (*end == '-') {
		if (!isdigit((unsigned char)end[1]))
			return -EINVAL;
		last = strtoull(end + 1, &end, 10);
	}
	if (errno || last < first || (*end && *end != ',' && !isspace((unsigned char)*end)))
		return -EINVAL;
	*ret_text = end;
	*ret_first = first;
	*ret_last = last;
	return 1;
}

int64_t cpulist_count(const char *list)
{
	uint64_t first, last;
	int64_t count = 0;
	int r;

	while ((r = cpulist_next(&list, &first, &last)) > 0) {
		/* No kernel has more than some thousand CPUs; a longer range is a damaged file. */
		if (last - first > 1000000)
			return -EINVAL;
		count += (int64_t)(last - first + 1);
	}
	return r < 0 ? r : count;
}
