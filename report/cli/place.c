/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/place.h"

#include <stdbool.h>
#include <string.h>

#include "core/util.h"

/* More of a line than this is not shown: nobody would find the caret. */
#define MAX_LINE 200

/* "file:line:column: …": where the file's name ends, and the numbers. */
static bool split(const char *message, size_t *ret_len, unsigned long *ret_line,
		  unsigned long *ret_column)
{
	/* A name may hold colons, so every one is tried. */
	for (const char *at = strchr(message, ':'); at; at = strchr(at + 1, ':')) {
		char *end;

		*ret_line = strtoul(at + 1, &end, 10);
		if (end == at + 1 || *end != ':')
			continue;
		*ret_column = strtoul(end + 1, &end, 10);
		if (*end != ':' || !*ret_line || !*ret_column)
			continue;
		*ret_len = (size_t)(at - message);
		return true;
	}
	return false;
}

/* The line without its end; false: there is none. */
static bool read_line(const char *path, unsigned long number, char **line, size_t *size)
{
	auto_file FILE *file = fopen(path, "re");

	for (unsigned long i = 0; file && i < number; i++)
		if (getline(line, size, file) < 0)
			return false;
	if (!file || !*line)
		return false;
	(*line)[strcspn(*line, "\r\n")] = '\0';
	return true;
}

static bool is_first_byte(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* Below each character a blank; below a tab a tab, which is as wide. */
static void show_caret(FILE *out, const char *line, unsigned long column)
{
	unsigned long at = 1;

	fputs("    ", out);
	for (const char *c = line; *c && at < column; c++) {
		if (is_first_byte(*c)) {
			fputc(*c == '\t' ? '\t' : ' ', out);
			at++;
		}
	}
	fputs("^\n", out);
}

void show_place(FILE *out, const char *message)
{
	auto_free char *line = NULL, *path = NULL;
	unsigned long number, column;
	size_t size = 0, len;

	fprintf(out, "stackcheck: %s\n", message);
	if (!split(message, &len, &number, &column))
		return;
	path = strndup(message, len);
	if (!path || !read_line(path, number, &line, &size) || strlen(line) > MAX_LINE)
		return;
	/* What a file holds must not move the cursor. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' && *c != '\t')
			*c = '?';
	fprintf(out, "    %s\n", line);
	show_caret(out, line, column);
}
