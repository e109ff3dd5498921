#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# library.sh BUILD: programs of others against the installed library: header alone, by pkg-config, shared and static.
# shellcheck source=tests/report/stage.sh
. "$(dirname "$0")/stage.sh"

stage=$scratch/stage
# Linked from where it is staged, as a package's build does it.
PKG_CONFIG_LIBDIR=$stage/usr/lib/pkgconfig:$(pkg-config --variable pc_path pkg-config)
export PKG_CONFIG_LIBDIR
export LD_LIBRARY_PATH=$stage/usr/lib

install_it() { make --no-print-directory install BUILD="$build" DESTDIR="$stage" PREFIX=/usr; }

cat >"$scratch/host.c" <<'C'
#include <stackcheck.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int fails(struct stackcheck *check, const char *option, const char *value, int code)
{
	return stackcheck_set(check, option, value) == code && *stackcheck_error(check);
}

static int print(char *text, struct stackcheck *check)
{
	if (!text) {
		fprintf(stderr, "%s\n", stackcheck_error(check));
		return 1;
	}
	puts(text);
	stackcheck_free_text(text);
	return 0;
}

int main(int argc, char **argv)
{
	struct stackcheck *check = stackcheck_new();
	int failed = 0;

	if (!check || *stackcheck_error(check))
		return 10;
	if (!fails(check, "os", "old", -EINVAL) || !fails(check, "bogus", "1", -EINVAL))
		return 11;
	if (stackcheck_set(check, "os", "new") || stackcheck_set(check, "no-guest", "true") ||
	    stackcheck_set(check, "assume", "cpu.cores=64") ||
	    stackcheck_set(check, "assume", "memory.total=1TiB"))
		return 12;
	for (int i = 1; i + 1 < argc; i += 2)
		if (stackcheck_set(check, argv[i], argv[i + 1]))
			return 13;
	failed |= print(stackcheck_report(check), check);
	failed |= print(stackcheck_facts(check), check);
	failed |= print(stackcheck_rules(check), check);
	if (!failed && !fails(check, "os", "new", -EBUSY))
		return 14;
	stackcheck_free(check);
	stackcheck_free(NULL);
	stackcheck_free_text(NULL);
	return failed;
}
C
cat >"$scratch/host.cc" <<'C'
#include <stackcheck.h>
int main()
{
	struct stackcheck *check = stackcheck_new();
	const bool good = check && !*stackcheck_error(check);

	stackcheck_free(check);
	return good ? 0 : 1;
}
C

flags() { pkg-config --define-variable=prefix="$stage/usr" "$@" stackcheck; }

# shellcheck disable=SC2046 # words on purpose
shared_c() {
	gcc -std=c99 -pedantic -Wall -Wextra -Werror $(flags --cflags) -o "$scratch/shared" \
		"$scratch/host.c" $(flags --libs) && ldd "$scratch/shared" | grep "libstackcheck.so.0 => $stage"
}

# shellcheck disable=SC2046
static_c() {
	gcc -std=c99 $(flags --cflags) -o "$scratch/static" "$scratch/host.c" \
		"$stage/usr/lib/libstackcheck.a" $(flags --static --libs | sed 's/-lstackcheck//') &&
		! ldd "$scratch/static" | grep libstackcheck
}

# shellcheck disable=SC2046
plus_plus() {
	g++ -std=c++11 -pedantic -Wall -Wextra -Werror $(flags --cflags) -o "$scratch/plus" \
		"$scratch/host.cc" $(flags --libs) && "$scratch/plus"
}

reports() {
	"$1" >"$scratch/out" 2>"$scratch/err" && [ ! -s "$scratch/err" ] && python3 - "$scratch/out" <<'P'
import json, sys
report, facts, rules = (json.loads(line) for line in open(sys.argv[1], encoding="utf-8"))
assert report["schema"] == "stackcheck.report/1" and report["basis"] == "new", report["schema"]
assert report["assumptions"] == ["cpu.cores=64", "memory.total=1TiB"], report["assumptions"]
assert [one["id"] for one in report["deployments"]] == [one["id"] for one in rules["deployments"]]
assert facts["schema"] == "stackcheck.facts/1" and facts["facts"]["cpu.cores"]["value"] == 64
assert rules["schema"] == "stackcheck.rules/1"
P
}

tells_what_is_wrong() {
	! "$scratch/shared" host /nonexistent 2>"$scratch/err" && grep -q '^/nonexistent: No such file' "$scratch/err" &&
		! "$scratch/shared" assume cpu.coress=4 2>"$scratch/err" && grep -q "did you mean 'cpu.cores'" "$scratch/err"
}

only_its_own_symbols() {
	local symbols
	symbols=$(nm -D --defined-only "$stage/usr/lib/libstackcheck.so.0" | awk '{print $3}')
	grep -c . <<<"$symbols" && ! grep -v '^stackcheck_' <<<"$symbols"
}

# What the header declares is there, and what is there is declared.
header_and_library_agree() {
	diff <(grep -o 'stackcheck_[a-z_]*(' "$stage/usr/include/stackcheck.h" | tr -d '(' | sort -u) \
		<(nm -D --defined-only "$stage/usr/lib/libstackcheck.so.0" | awk '{print $3}' | sort -u)
}

needs_nothing_else() { gcc -std=c99 -pedantic -Werror -fsyntax-only -xc "$stage/usr/include/stackcheck.h"; }
has_a_soname() { readelf -d "$stage/usr/lib/libstackcheck.so" | grep 'SONAME.*\[libstackcheck.so.0\]'; }

check "it installs into a stage" install_it
check "the header needs no other" needs_nothing_else
check "a program builds against the shared library" shared_c
check "a program builds against the static library" static_c
check "the shared library reports" reports "$scratch/shared"
check "the static library reports" reports "$scratch/static"
check "an error is a sentence" tells_what_is_wrong
check "only its own symbols are exported" only_its_own_symbols
check "header and library agree" header_and_library_agree
check "the library has its soname" has_a_soname
if command -v g++ >/dev/null; then
	check "a C++ program builds and runs" plus_plus
else
	echo "SKIPPED: C++: there is no g++"
fi
finish
