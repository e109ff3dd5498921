# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the stages in shell share: a scratch folder, counting, and the last line. Source it with the build folder as $1.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # for those who source this
build=$(cd "$root" && mkdir -p "${1:-build}" && cd "${1:-build}" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$root" || exit 1
export LC_ALL=C.UTF-8
passed=0 failed=0

# check SENTENCE COMMAND…: what the command prints is shown when it fails.
check() {
	local sentence=$1
	shift
	if "$@" >"$scratch/check.log" 2>&1; then
		passed=$((passed + 1))
	else
		echo "not ok: $sentence"
		tail -n 40 "$scratch/check.log"
		failed=$((failed + 1))
	fi
}

finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
