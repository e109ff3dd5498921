# SPDX-License-Identifier: GPL-2.0-or-later
# What people type: run, check, lint, asan, bench, install. Included by the Makefile.

include packaging/dependencies.mk

.PHONY: help
help:
	@echo 'make              build $(BUILD)/stackcheck and $(BUILD)/libstackcheck.{a,so}'
	@echo 'make run          install what is missing, build, survey this host'
	@echo 'make check        install what the tests need, run them all'
	@echo 'make test         the unit tests alone'
	@echo 'make cross        program and unit tests for ARCH=aarch64, in $(BUILD)/aarch64'
	@echo 'make asan         the unit tests under the address and undefined-behaviour sanitizers'
	@echo 'make lint         formatter, clang-tidy, cppcheck'
	@echo 'make fuzz         each fuzz target for FUZZ_SECONDS (20) seconds, with clang'
	@echo 'make lab          real kernels under QEMU, and the unit tests on Arm'
	@echo 'make score        labelled machines: right verdict and right cause, beside virt-host-validate'
	@echo 'make coverage     the rules against the catalogue in ../shared/requirements'
	@echo 'make bench        cost, as ratios'
	@echo 'make install      into DESTDIR= PREFIX='

# The libraries' flags are asked for when make starts: what was just installed needs a new one.
.PHONY: run
run:
	@packaging/install-packages $(BUILD_PACKAGES)
	@$(MAKE) --no-print-directory all
	@echo
	@$(BUILD)/stackcheck

.PHONY: check
check:
	@packaging/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@tests/check

.PHONY: tests
tests: $(TESTS) $(BUILD)/tests/cel-conformance

.PHONY: test
test: all tests
	@tests/run-units $(TESTS)

# Both builds keep their objects apart.
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
.PHONY: asan
asan:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan CFLAGS='$(SANITIZE)' test

.PHONY: clang
clang:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-clang CC=clang all tests

# For another architecture: Debian's cross compiler, and its libraries for there unpacked beside the build, not installed.
ARCH ?= aarch64
DEBIAN_aarch64 := arm64
CROSS := $(BUILD)/$(ARCH)
.PHONY: cross
cross: $(BUILD)/compile-rules
	@root=$$(packaging/foreign root $(DEBIAN_$(ARCH)) $(BUILD)/cross $(CROSS_PACKAGES)) && \
	mkdir -p $(CROSS) && ln -sfn "$$root" $(CROSS)/root && \
	PKG_CONFIG_LIBDIR=$$root/usr/lib/$(ARCH)-linux-gnu/pkgconfig PKG_CONFIG_SYSROOT_DIR=$$root \
	$(MAKE) --no-print-directory BUILD=$(CROSS) CC="$(ARCH)-linux-gnu-gcc --sysroot=$$root" \
		AR=$(ARCH)-linux-gnu-ar COMPILE_RULES=$(BUILD)/compile-rules all tests

# Fuzz targets stand on the whole library, built by clang with its coverage in it.
FUZZ_SECONDS ?= 20
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
.PHONY: fuzzers
fuzzers: $(FUZZERS)

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/libstackcheck.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

.PHONY: fuzz
fuzz:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-fuzz CC=clang \
		CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' fuzzers
	@tests/fuzz/run $(BUILD)-fuzz $(FUZZ_SECONDS)

.PHONY: lint
lint:
	@tests/lint $(BUILD)

.PHONY: lab
lab: all cross
	@tests/lab/run

.PHONY: score
score: all
	@tests/score/run --build $(BUILD)

# NUMBERS="46 58" holds these deployments alone against the catalogue.
.PHONY: coverage
coverage: $(BUILD)/stackcheck
	@tests/coverage/run $(BUILD) $(NUMBERS)

.PHONY: bench
bench: all
	@tests/bench/run $(BUILD)

# At a fixed address, as the command is: what is compiled in needs no relocation.
$(BUILD)/bench/load: $(BUILD)/obj/tests/bench/load.o $(BUILD)/libstackcheck.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -no-pie $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

# --- install --------------------------------------------------------------------------------

.PHONY: install
install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/lib/pkgconfig' \
		'$(DESTDIR)$(PREFIX)/include' '$(DESTDIR)$(PREFIX)/share/stackcheck/schemas'
	install -m 755 $(BUILD)/stackcheck '$(DESTDIR)$(PREFIX)/bin/'
	install -m 644 $(BUILD)/libstackcheck.a '$(DESTDIR)$(PREFIX)/lib/'
	install -m 755 $(BUILD)/libstackcheck.so \
		'$(DESTDIR)$(PREFIX)/lib/libstackcheck.so.$(SONAME)'
	ln -sf libstackcheck.so.$(SONAME) '$(DESTDIR)$(PREFIX)/lib/libstackcheck.so'
	install -m 644 report/stackcheck.h '$(DESTDIR)$(PREFIX)/include/'
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(PC_LIBS) -lm|' packaging/stackcheck.pc.in \
		> '$(DESTDIR)$(PREFIX)/lib/pkgconfig/stackcheck.pc'
	chmod 644 '$(DESTDIR)$(PREFIX)/lib/pkgconfig/stackcheck.pc'
	install -m 644 packaging/schemas/*.json $(RULE_SCHEMA) '$(DESTDIR)$(PREFIX)/share/stackcheck/schemas/'

.PHONY: clean
clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-clang $(BUILD)-fuzz
