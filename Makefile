# SPDX-License-Identifier: GPL-2.0-or-later
# stackcheck: build, check, install. `make help` names the targets. Sources are found by wildcard.

VERSION := $(shell cat VERSION)
SONAME  := 0
PREFIX  ?= /usr/local
BUILD   ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
# `make V=1` shows whole commands.
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-4s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@))

# What is built on, by pkg-config name; the Debian packages stand in packaging/dependencies.
# CPUID is an instruction of x86 alone, and so is its library.
MACHINE   := $(or $(shell $(CC) -dumpmachine 2>/dev/null),$(shell uname -m)-linux-gnu)
LIBS      := $(if $(filter x86_64-% i%86-%,$(MACHINE)),libcpuid) libpci libudev libkmod libfyaml jansson libmnl \
	libdeflate libarchive nettle
TEST_LIBS := cmocka jansson

# Said before a compiler stumbles over a header. `make run` and `make check` install what is missing themselves.
ifneq ($(filter-out run check clean help cross,$(or $(MAKECMDGOALS),all)),)
MISSING := $(shell $(PKG_CONFIG) --exists $(LIBS) 2>/dev/null || \
	for lib in $(LIBS); do $(PKG_CONFIG) --exists $$lib 2>/dev/null || echo $$lib; done)
ifneq ($(strip $(MISSING)),)
$(error these libraries are missing: $(strip $(MISSING)); packaging/dependencies.mk names the Debian packages, and `make run` installs them)
endif
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wwrite-strings -Wvla -Werror
CFLAGS  ?= -O2 -g
PC_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
PC_LIBS   := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null)
TEST_CFLAGS    := $(shell $(PKG_CONFIG) --cflags $(TEST_LIBS) 2>/dev/null)
TEST_LINK_LIBS := $(shell $(PKG_CONFIG) --libs $(TEST_LIBS) 2>/dev/null)
ALL_CFLAGS  = -std=gnu17 -D_GNU_SOURCE -DSTACKCHECK_VERSION='"$(VERSION)"' $(WARNINGS) -fPIC \
	-fvisibility=hidden $(CFLAGS) $(PC_CFLAGS)
ALL_LDFLAGS = $(LDFLAGS) -Wl,--as-needed -Wl,-z,relro,-z,now
ALL_LIBS    = $(PC_LIBS) -lm
# The command runs for milliseconds, and its start is a good part of them. At a fixed address the rules compiled in need no
# relocation (30 000 pointers, which is the fourth part of a survey); what has a static form needs no loading.
# `make COMMAND_LDFLAGS=-pie` where a distribution asks for that.
COMMAND_LDFLAGS ?= -no-pie
static_form  = $(filter /%,$(shell $(CC) -print-file-name=$(1:-l%=lib%.a)))
COMMAND_LIBS = $(foreach lib,$(PC_LIBS),$(if $(call static_form,$(lib)),$(lib:-l%=-l:lib%.a),$(lib))) -lm

# Each folder sees itself and the folders before it in the pipeline.
INCLUDE_probe  := -Iprobe
INCLUDE_rules  := $(INCLUDE_probe) -Irules
INCLUDE_report := $(INCLUDE_rules) -Ireport
INCLUDE_tests  := $(INCLUDE_report) -Itests

sources = $(wildcard $(1)/*.c $(1)/*/*.c)
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

PROBE_SOURCES  := $(call sources,probe)
RULES_SOURCES  := $(filter-out rules/core/compile-main.c,$(call sources,rules))
REPORT_SOURCES := $(wildcard report/*.c)
CLI_OBJECTS    := $(call objects,$(wildcard report/cli/*.c))
TEST_SOURCES   := $(wildcard tests/probe/*.c tests/rules/*.c tests/report/*.c tests/probe/*/*.c tests/rules/*/*.c)
TEST_SUPPORT   := $(wildcard tests/*.c)
TESTS          := $(patsubst %.c,$(BUILD)/%.test,$(filter-out tests/rules/cel-conformance.c,$(TEST_SOURCES)))

PROBE_OBJECTS  := $(call objects,$(PROBE_SOURCES))
RULES_OBJECTS  := $(call objects,$(RULES_SOURCES))
REPORT_OBJECTS := $(call objects,$(REPORT_SOURCES))
EMBEDDED       := $(BUILD)/obj/rules/embedded.o $(BUILD)/obj/rules/examples.o
LIB_OBJECTS    := $(PROBE_OBJECTS) $(RULES_OBJECTS) $(EMBEDDED) $(REPORT_OBJECTS)
RULE_FILES     := $(wildcard rules/remedies/*.yaml rules/capabilities/*.yaml rules/facts/*.yaml rules/deployments/*.yaml)

.PHONY: all
all: $(BUILD)/stackcheck $(BUILD)/libstackcheck.a $(BUILD)/libstackcheck.so $(BUILD)/schemas/rule-file.json

include packaging/targets.mk

# --- objects -------------------------------------------------------------------------------

$(BUILD)/obj/probe/%.o: probe/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(INCLUDE_probe) -MMD -MP -c -o $@ $<

$(BUILD)/obj/rules/%.o: rules/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(INCLUDE_rules) -MMD -MP -c -o $@ $<

$(BUILD)/obj/report/%.o: report/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(INCLUDE_report) -MMD -MP -c -o $@ $<

$(BUILD)/obj/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(INCLUDE_tests) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

# Objects are made again when the compiler or its flags change.
.PHONY: force
$(BUILD)/flags: force
	@mkdir -p $(@D)
	@printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || \
		printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS))' > $@

# --- rules compiled in ----------------------------------------------------------------------

# The compiler of rules is the rules' own loader with a writer behind it; it runs on the build machine: a cross build
# takes that of a native one.
COMPILE_RULES ?= $(BUILD)/compile-rules
$(BUILD)/compile-rules: $(BUILD)/obj/rules/core/compile-main.o $(RULES_OBJECTS) $(PROBE_OBJECTS)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(BUILD)/rules/embedded.c: $(COMPILE_RULES) $(RULE_FILES)
	@mkdir -p $(@D)
	$(call say,RULE)
	$(Q)$(COMPILE_RULES) rules $@

$(BUILD)/rules/examples.c: $(COMPILE_RULES) $(wildcard rules/examples/*.yaml)
	@mkdir -p $(@D)
	$(call say,RULE)
	$(Q)$(COMPILE_RULES) --examples rules/examples $@

# For editors: a fact, a feature or a capability that is new is completed at once.
RULE_SCHEMA := $(BUILD)/schemas/rule-file.json
$(RULE_SCHEMA): packaging/schemas/rule-file.json.in $(COMPILE_RULES) $(RULE_FILES)
	@mkdir -p $(@D)
	$(call say,RULE)
	$(Q)$(COMPILE_RULES) --schema $< $@

$(EMBEDDED): $(BUILD)/obj/rules/%.o: $(BUILD)/rules/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(INCLUDE_rules) -c -o $@ $<

# --- library and programs -------------------------------------------------------------------

$(BUILD)/libstackcheck.a: $(LIB_OBJECTS)
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/libstackcheck.so: $(LIB_OBJECTS)
	$(call say,LINK)
	$(Q)$(CC) -shared $(CFLAGS) $(ALL_LDFLAGS) -Wl,-soname,libstackcheck.so.$(SONAME) -o $@ $^ $(ALL_LIBS)

$(BUILD)/stackcheck: $(CLI_OBJECTS) $(BUILD)/libstackcheck.a
	$(call say,LINK)
	$(Q)$(CC) $(COMMAND_LDFLAGS) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(COMMAND_LIBS)

# --- tests ----------------------------------------------------------------------------------

# Tests of probes need no rules, so that a broken rule file fails rule tests alone.
$(BUILD)/tests/probe/%.test: $(BUILD)/obj/tests/probe/%.o $(call objects,$(TEST_SUPPORT)) $(PROBE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(TEST_LINK_LIBS)

$(BUILD)/tests/rules/%.test: $(BUILD)/obj/tests/rules/%.o $(call objects,$(TEST_SUPPORT)) $(RULES_OBJECTS) $(PROBE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(TEST_LINK_LIBS)

$(BUILD)/tests/report/%.test: $(BUILD)/obj/tests/report/%.o $(call objects,$(TEST_SUPPORT)) $(BUILD)/libstackcheck.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(TEST_LINK_LIBS)

# The judge of the expression language reads a file of cases: a program of its own, no unit test.
$(BUILD)/tests/cel-conformance: $(BUILD)/obj/tests/rules/cel-conformance.o $(RULES_OBJECTS) $(PROBE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(TEST_LINK_LIBS)

.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
