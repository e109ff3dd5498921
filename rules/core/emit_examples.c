/* SPDX-License-Identifier: GPL-2.0-or-later */
/* emit: the files of examples as C data, packed: nothing but `stackcheck test` looks at them */
#include <errno.h>
#include <libdeflate.h>
#include <string.h>

#include "core/emit.h"
#include "core/load_files.h"
#include "core/util.h"

static int emit_bytes(FILE *out, size_t number, const char *path, const char **ret_name,
		      size_t *ret_len, size_t *ret_packed)
{
	auto_file FILE *file = fopen(path, "re");
	auto_free unsigned char *bytes = malloc(YAML_MAX_BYTES);
	auto_free unsigned char *packed = malloc(YAML_MAX_BYTES);
	struct libdeflate_compressor *zlib = libdeflate_alloc_compressor(12);
	size_t n = 0;

	if (file && bytes && packed && zlib) {
		*ret_len = fread(bytes, 1, YAML_MAX_BYTES, file);
		n = ferror(file) ? 0
				 : libdeflate_zlib_compress(zlib, bytes, *ret_len, packed,
							    YAML_MAX_BYTES);
	}
	libdeflate_free_compressor(zlib);
	if (!n)
		return -EIO;
	fprintf(out, "static const unsigned char file_%zu[] = {", number);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%u,", i % 24 ? "" : "\n\t", packed[i]);
	fputs("\n};\n", out);
	*ret_name = strrchr(path, '/') + 1;
	*ret_packed = n;
	return 0;
}

int examples_emit(FILE *out, struct arena *arena, const char *folder, struct error *err)
{
	struct loader loader = { .arena = arena, .err = err };
	struct rule_files files = { 0 };
	char *rows = NULL;
	size_t size = 0;
	FILE *table;

	if (find_rule_files(&loader, folder, NULL, 0, &files) < 0)
		return err->code;
	table = open_memstream(&rows, &size);
	if (!table)
		return error_set(err, -ENOMEM, "out of memory");
	fputs("/* Made by compile-rules from the files of examples; do not edit. */\n"
	      "#include \"example.h\"\n",
	      out);
	for (size_t i = 0; i < files.paths.len; i++) {
		const char *name = NULL;
		size_t len = 0, packed = 0;

		if (emit_bytes(out, i, files.paths.items[i], &name, &len, &packed) < 0)
			error_set(err, -EIO, "%s: cannot be read",
				  (const char *)files.paths.items[i]);
		fprintf(table, "\t{ \"%s\", file_%zu, %zu, %zu },\n", name, i, packed, len);
	}
	fclose(table);
	fprintf(out, "const struct example_file example_files[] = {\n%s};\n", rows);
	fprintf(out, "const size_t n_example_files = %zu;\n", files.paths.len);
	free(rows);
	return err->code;
}
