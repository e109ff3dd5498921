# SPDX-License-Identifier: GPL-2.0-or-later
# What stackcheck is built on and what its tests need, as Debian packages.

BUILD_PACKAGES := gcc make pkg-config libc6-dev libcpuid-dev libpci-dev libudev-dev libkmod-dev \
	libfyaml-dev libjansson-dev libmnl-dev libmd-dev zlib1g-dev libarchive-dev nettle-dev

TEST_PACKAGES := clang clang-format clang-tidy cppcheck libclang-rt-14-dev libcmocka-dev python3 \
	python3-jsonschema python3-yaml strace xz-utils util-linux libvirt-clients qemu-system-x86 \
	busybox-static cpio kmod
