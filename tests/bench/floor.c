/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * floor LIST: opens and reads the files of a list and does nothing else, so that the survey's cost
 * can be held against the least that anything would pay for the same knowledge. Lines of the list:
 * a letter, a space, a path; `p` has offset and length before the path. What fails is part of the
 * cost.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[65536];

static void read_once(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (read(fd, buffer, sizeof(buffer)) < 0)
		buffer[0] = '\0';
	close(fd);
}

static void read_to_end(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

static void read_part(const char *text)
{
	char *rest;
	off_t offset = strtol(text, &rest, 10);
	size_t len = strtoul(rest, &rest, 10);
	int fd = open(rest + 1, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (pread(fd, buffer, len < sizeof(buffer) ? len : sizeof(buffer), offset) < 0)
		buffer[0] = '\0';
	close(fd);
}

static void list_names(const char *path)
{
	DIR *dir = opendir(path);

	if (!dir)
		return;
	while (readdir(dir))
		;
	closedir(dir);
}

static void read_link(const char *path)
{
	if (readlink(path, buffer, sizeof(buffer)) < 0)
		buffer[0] = '\0';
}

static void look(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		buffer[0] = '\0';
}

static const struct action {
	char letter;
	void (*run)(const char *text);
} actions[] = {
	{ 'r', read_once },  { 'R', read_to_end }, { 'p', read_part },
	{ 'l', list_names }, { 'k', read_link },   { 's', look },
};

static void run_line(const char *line)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (actions[i].letter == line[0])
			actions[i].run(line + 2);
}

int main(int argc, char **argv)
{
	char line[4096];
	FILE *list = argc == 2 ? fopen(argv[1], "re") : NULL;

	if (!list) {
		fprintf(stderr, "usage: floor LIST\n");
		return 64;
	}
	while (fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		run_line(line);
	}
	fclose(list);
	return 0;
}
