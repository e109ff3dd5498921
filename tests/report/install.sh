#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh BUILD: what `make install` puts where, that a second `make` builds nothing, and naming packages without apt.
# shellcheck source=tests/report/stage.sh
. "$(dirname "$0")/stage.sh"

into() { make --no-print-directory install BUILD="$build" "$@"; }

default_prefix() { into DESTDIR="$scratch/local" && "$scratch/local/usr/local/bin/stackcheck" version; }

lists_what_it_should() {
	into DESTDIR="$scratch/usr" PREFIX=/usr &&
		(cd "$scratch/usr" && find . ! -type d -printf '%P %m %l\n' | sort) >"$scratch/have"
	diff - "$scratch/have" <<'L'
usr/bin/stackcheck 755 
usr/include/stackcheck.h 644 
usr/lib/libstackcheck.a 644 
usr/lib/libstackcheck.so 777 libstackcheck.so.0
usr/lib/libstackcheck.so.0 755 
usr/lib/pkgconfig/stackcheck.pc 644 
usr/share/stackcheck/schemas/facts.json 644 
usr/share/stackcheck/schemas/plan.json 644 
usr/share/stackcheck/schemas/report.json 644 
usr/share/stackcheck/schemas/rule-file.json 644 
usr/share/stackcheck/schemas/rules.json 644 
usr/share/stackcheck/schemas/together.json 644 
L
}

installed_command_runs() {
	local program=$scratch/usr/usr/bin/stackcheck
	[ "$("$program" version | head -1)" = "stackcheck $(cat VERSION)" ] &&
		"$program" --quiet && "$program" list | grep '^ 46  openstack-kvm'
}

# The program carries its library and rules: nothing of the tree that built it is read.
stands_alone() {
	local program=$scratch/usr/usr/bin/stackcheck
	! ldd "$program" | grep libstackcheck && (cd / && "$program" --quiet && "$program" test | tail -1 | grep '^[1-9][0-9]* passed, 0 failed$') &&
		! readelf -d "$program" | grep -E 'RPATH|RUNPATH'
}

pkg_config_knows() {
	local asked
	into DESTDIR="$scratch/usr" PREFIX=/usr || return
	asked=$(PKG_CONFIG_LIBDIR=$scratch/usr/usr/lib/pkgconfig pkg-config --variable=prefix stackcheck)
	[ "$asked" = /usr ] || {
		echo "prefix is $asked"
		return 1
	}
	[ "$(PKG_CONFIG_LIBDIR=$scratch/usr/usr/lib/pkgconfig pkg-config --modversion stackcheck)" = "$(cat VERSION)" ]
}

twice_builds_nothing() {
	make --no-print-directory all BUILD="$build" >/dev/null || return
	make --no-print-directory all BUILD="$build" | tee "$scratch/again"
	! grep -Ev "^make(\[[0-9]+\])?: |^$" "$scratch/again"
}

install_twice_is_the_same() {
	into DESTDIR="$scratch/usr" PREFIX=/usr && into DESTDIR="$scratch/usr" PREFIX=/usr &&
		[ "$(find "$scratch/usr" ! -type d | wc -l)" -eq "$(wc -l <"$scratch/have")" ]
}

# A PATH with what the script uses, but no apt-get.
without_apt() {
	mkdir -p "$scratch/bin"
	for tool in sh id mktemp cat rm env; do
		ln -sf "$(command -v "$tool")" "$scratch/bin/$tool"
	done
	PATH=$scratch/bin packaging/install-packages gcc libpci-dev >"$scratch/said" 2>&1 || return
	cat "$scratch/said"
	grep -q 'install yours' "$scratch/said" && grep -q 'gcc libpci-dev' "$scratch/said"
}

# With everything installed neither the network nor any right is needed, and nothing is said.
installed_packages_cost_nothing() {
	mkdir -p "$scratch/dpkg"
	printf '#!/bin/sh\necho installed\n' >"$scratch/dpkg/dpkg-query"
	printf '#!/bin/sh\nexit 9\n' >"$scratch/dpkg/apt-get"
	chmod +x "$scratch/dpkg"/*
	[ -z "$(PATH=$scratch/dpkg:$PATH packaging/install-packages gcc make 2>&1)" ]
}

a_failed_installation_says_why() {
	mkdir -p "$scratch/fails"
	printf '#!/bin/sh\necho "E: nothing like that"; exit 100\n' >"$scratch/fails/apt-get"
	printf '#!/bin/sh\nexit 1\n' >"$scratch/fails/dpkg-query"
	cp "$scratch/fails/apt-get" "$scratch/fails/sudo"
	chmod +x "$scratch/fails"/*
	! PATH=$scratch/fails:$PATH packaging/install-packages gcc >"$scratch/said" 2>&1 &&
		grep -q 'E: nothing like that' "$scratch/said"
}

check "it installs into /usr/local by default" default_prefix
check "each file is where it should be" lists_what_it_should
check "the installed command runs" installed_command_runs
check "the installed command needs nothing of the build" stands_alone
check "pkg-config knows prefix and version" pkg_config_knows
check "installing twice is installing once" install_twice_is_the_same
check "a second make builds nothing" twice_builds_nothing
check "without apt the packages are named" without_apt
check "installed packages cost nothing" installed_packages_cost_nothing
check "a failed installation says why" a_failed_installation_says_why
finish
