# SPDX-License-Identifier: GPL-2.0-or-later
# What stackcheck is built on and what its tests need, as Debian packages.

LIBRARY_PACKAGES := libpci-dev libudev-dev libkmod-dev libfyaml-dev libjansson-dev libmnl-dev \
	libdeflate-dev libarchive-dev nettle-dev

BUILD_PACKAGES := gcc make pkg-config libc6-dev $(if $(findstring libcpuid,$(LIBS)),libcpuid-dev) \
	$(LIBRARY_PACKAGES)

# Of the architecture that `make cross` builds for; unpacked, never installed.
CROSS_PACKAGES := $(LIBRARY_PACKAGES) libcmocka-dev

TEST_PACKAGES := clang clang-format clang-tidy cppcheck libclang-rt-14-dev libcmocka-dev python3 \
	python3-jsonschema python3-yaml shellcheck ansible-core strace xz-utils util-linux dmsetup libvirt-clients qemu-system-x86 \
	qemu-system-arm qemu-efi-aarch64 ovmf swtpm busybox-static cpio kmod e2fsprogs gdisk \
	cryptsetup-bin gcc-aarch64-linux-gnu libc6-dev-arm64-cross
