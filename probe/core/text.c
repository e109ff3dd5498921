/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/text.h"

#include <string.h>

char *text_line(char **text)
{
	char *line = *text;
	char *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	if (!end) {
		*text = line + strlen(line);
		return line;
	}
	*text = end + 1;
	*end = '\0';
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	return line;
}

char *text_word(char **text, const char *separators)
{
	char *word = *text + strspn(*text, separators);
	char *end = word + strcspn(word, separators);

	if (end == word) {
		*text = end;
		return NULL;
	}
	*text = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

struct value text_words(struct arena *arena, const char *text, const char *separators)
{
	char *rest = arena_strdup(arena, text);
	struct list list = { 0 };

	for (const char *word; (word = text_word(&rest, separators));)
		list_add(arena, &list, value_string(word));
	return list_value(&list);
}

bool text_listed(const struct value *list, const char *word)
{
	if (list->kind != VALUE_LIST)
		return false;
	for (uint32_t i = 0; i < list->len; i++)
		if (value_is(&list->items[i], word))
			return true;
	return false;
}
