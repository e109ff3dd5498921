/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_shell.h"

#include <string.h>

const char *shell_quoted(struct arena *arena, const char *text)
{
	const char *made = "'", *quote;

	while ((quote = strchr(text, '\''))) {
		made = arena_printf(arena, "%s%.*s'\\''", made, (int)(quote - text), text);
		text = quote + 1;
	}
	return arena_printf(arena, "%s%s'", made, text);
}

void shell_comment(FILE *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len > 110)
			for (len = 110; len > 1 && text[len] != ' '; len--)
				;
		if (len <= 1)
			len = strcspn(text, "\n");
		fprintf(out, "# %.*s\n", (int)len, text);
		text += len;
		text += *text == ' ' || *text == '\n';
	}
}

/* Lines end in %s where their part of the script is not asked for. */
static const char line_function[] =
	"# Gives file $1 the line $3, in place of those that begin with $2.\n"
	"line() {\n"
	"	mkdir -p \"${1%/*}\"\n"
	"	[ -f \"$1\" ] || : >\"$1\"\n"
	"	if ! grep -Fqx -e \"$3\" \"$1\"; then\n"
	"		{ grep -v -e \"^$2\" \"$1\" || :; } >\"$1.new\"\n"
	"		printf '%s\\n' \"$3\" >>\"$1.new\"\n"
	"		cat \"$1.new\" >\"$1\"\n"
	"		rm -f \"$1.new\"\n"
	"		echo \"$1: $3\"\n"
	"	fi\n"
	"}\n";

static const char change_function[] =
	"# Changes file $1 by the sed expression $2; a copy of what was there stays beside it.\n"
	"change() {\n"
	"	sed -e \"$2\" \"$1\" >\"$1.new\"\n"
	"	if ! cmp -s \"$1\" \"$1.new\"; then\n"
	"		cp -p \"$1\" \"$1.before-stackcheck\"\n"
	"		cat \"$1.new\" >\"$1\"\n"
	"		echo \"$1: changed\"\n"
	"	fi\n"
	"	rm -f \"$1.new\"\n"
	"}\n";

/*
 * modprobe.d(5): a file in /etc hides the one of that name in /usr/lib or /lib. Of install lines
 * those go that load nothing.
 */
static const char unblock_function[] =
	"# Lets module $1 load: the lines that keep it from loading become comments.\n"
	"unblock() {\n"
	"	name=$(echo \"$1\" | sed 's/[-_]/[-_]/g')\n"
	"	blocks=\"^[[:space:]]*blacklist[[:space:]][[:space:]]*${name}[[:space:]]*\\$\"\n"
	"	refuses=\"^[[:space:]]*install[[:space:]][[:space:]]*${name}"
	"[[:space:]].*\\(true\\|false\\|null\\)[[:space:]]*\\$\"\n"
	"	for file in /usr/lib/modprobe.d/*.conf /lib/modprobe.d/*.conf; do\n"
	"		if [ ! -f \"$file\" ] || [ -e \"/etc/modprobe.d/${file##*/}\" ]; then "
	"continue; fi\n"
	"		grep -q -e \"$blocks\" -e \"$refuses\" \"$file\" || continue\n"
	"		mkdir -p /etc/modprobe.d\n"
	"		cp \"$file\" \"/etc/modprobe.d/${file##*/}\"\n"
	"	done\n"
	"	for file in /etc/modprobe.d/*.conf; do\n"
	"		[ ! -f \"$file\" ] || change \"$file\" \"s/$blocks/# &/;s/$refuses/# &/\"\n"
	"	done\n"
	"}\n";

void shell_functions(FILE *out, const struct actions *actions)
{
	if (actions->modules.len || actions->modules_at_boot.len || actions->options.len ||
	    actions->sysctls.len || actions_reboot(actions))
		fprintf(out, "%s\n", line_function);
	if (actions->unblocked.len || actions->swap_off || actions_reboot(actions))
		fprintf(out, "%s\n", change_function);
	if (actions->unblocked.len)
		fprintf(out, "%s\n", unblock_function);
}

bool change_is_for_people(const struct change *change)
{
	for (size_t i = 0; i < change->n_steps; i++)
		if (change->steps[i].kind != STEP_GIVES && change->steps[i].kind != STEP_FIRMWARE)
			return false;
	return true;
}

void shell_unblock(FILE *out, struct arena *arena, const struct actions *actions)
{
	for (size_t i = 0; i < actions->unblocked.len; i++)
		fprintf(out, "unblock %s\n", shell_quoted(arena, actions->unblocked.items[i].name));
}

void shell_swap(FILE *out, const struct actions *actions)
{
	if (!actions->swap_off)
		return;
	/* fstab(5): the third field is the type. */
	fputs("if [ -n \"$(tail -n +2 /proc/swaps)\" ]; then\n"
	      "	swapoff -a\n"
	      "	echo 'swap: off'\n"
	      "fi\n"
	      "[ ! -f /etc/fstab ] || change /etc/fstab \\\n"
	      "	's/^[[:space:]]*[^#[:space:]][^[:space:]]*[[:space:]][[:space:]]*[^[:space:]]*"
	      "[[:space:]][[:space:]]*swap[[:space:]].*/# &/'\n",
	      out);
}

static const char *words(struct arena *arena, const struct action_list *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->len; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "", list->items[i].name);
	return text;
}

/*
 * Where each boot loader has the command line: grubby(8) of the RHEL family; /etc/kernel/cmdline of
 * kernel-install(8), which sdbootutil of openSUSE reads too (its README, "Adjusting kernel boot
 * parameters"); /etc/default/grub and, on Debian, /etc/default/grub.d, which grub-mkconfig sources
 * as shell (GRUB manual, "Simple configuration handling"; grub-mkconfig of Debian's grub-common);
 * /etc/update-extlinux.conf of Alpine (Alpine wiki, "Bootloaders"); the entries of systemd-boot
 * (Arch wiki, "Kernel parameters").
 */
static const char cmdline_text[] =
	"# $1 with those words off and on.\n"
	"edited() (\n"
	"	set -f\n"
	"	line=\n"
	"	for word in $1; do\n"
	"		kept=yes\n"
	"		for gone in $take $put; do\n"
	"			case $word in\n"
	"			\"$gone\" | \"$gone\"=*) kept=no ;;\n"
	"			esac\n"
	"		done\n"
	"		[ \"$kept\" = no ] || line=\"$line $word\"\n"
	"	done\n"
	"	line=\"$line $put\"\n"
	"	line=${line# }\n"
	"	printf '%s' \"${line% }\"\n"
	")\n"
	"\n"
	"# Edits what stands between $2 and $3 on a line of file $1.\n"
	"edit_line() {\n"
	"	old=$(sed -n \"s|^$2\\\\(.*\\\\)$3\\$|\\\\1|p\" \"$1\" | head -n 1)\n"
	"	new=$(edited \"$old\")\n"
	"	if [ \"$new\" != \"$old\" ]; then\n"
	"		new=$(printf '%s' \"$new\" | sed 's/[|&\\\\]/\\\\&/g')\n"
	"		change \"$1\" \"s|^$2.*$3\\$|$2$new$3|\"\n"
	"	fi\n"
	"}\n"
	"\n"
	"# GRUB's settings are shell: words go from where they are, and those put on have a line "
	"each.\n"
	"edit_grub() {\n"
	"	own=\"GRUB_CMDLINE_LINUX=\\\"\\\\\\$GRUB_CMDLINE_LINUX\"\n"
	"	target=/etc/default/grub\n"
	"	[ ! -d /etc/default/grub.d ] || target=/etc/default/grub.d/99-stackcheck.cfg\n"
	"	for gone in $take; do\n"
	"		pattern=$(printf '%s' \"$gone\" | sed 's/[].[\\*^$/]/\\\\&/g')\n"
	"		stays=no\n"
	"		for word in $put; do\n"
	"			case $word in\n"
	"			\"$gone\" | \"$gone\"=*) stays=yes ;;\n"
	"			esac\n"
	"		done\n"
	"		case $gone in\n"
	"		*=*) pattern=\"\\\\($pattern\\\\)\" ;;\n"
	"		*) pattern=\"\\\\($pattern=[^\\\"' ]*\\\\|$pattern\\\\)\" ;;\n"
	"		esac\n"
	"		for file in /etc/default/grub /etc/default/grub.d/*.cfg; do\n"
	"			[ -f \"$file\" ] || continue\n"
	"			[ \"$stays\" = yes ] || change \"$file\" \"/^$own "
	"$pattern\\\"/d\"\n"
	"			change \"$file\" \"/^GRUB_CMDLINE_LINUX/{/^$own /!s/\\\\([\\\"' "
	"]\\\\)$pattern\\\\([\\\"' ]\\\\)/\\\\1\\\\3/g;}\"\n"
	"		done\n"
	"	done\n"
	"	for word in $put; do\n"
	"		line \"$target\" \"$own ${word%%=*}[=\\\"]\" \\\n"
	"			\"GRUB_CMDLINE_LINUX=\\\"\\$GRUB_CMDLINE_LINUX $word\\\"\"\n"
	"	done\n"
	"}\n"
	"\n"
	"if [ -f /etc/kernel/cmdline ] && command -v sdbootutil >/dev/null; then\n"
	"	said=$(edit_line /etc/kernel/cmdline '' '')\n"
	"	[ -z \"$said\" ] || sdbootutil update-all-entries >&2\n"
	"elif command -v grubby >/dev/null; then\n"
	"	said=$(grubby --info=ALL)\n"
	"	grubby --update-kernel=ALL ${take:+\"--remove-args=$take\"} "
	"${put:+\"--args=$put\"} >&2\n"
	"	if [ \"$said\" = \"$(grubby --info=ALL)\" ]; then said=; else said='boot entries: "
	"changed'; fi\n"
	"elif [ -f /etc/default/grub ]; then\n"
	"	said=$(edit_grub)\n"
	"	if [ -z \"$said\" ]; then\n"
	"		:\n"
	"	elif command -v update-grub >/dev/null; then\n"
	"		update-grub >&2\n"
	"	elif command -v grub2-mkconfig >/dev/null; then\n"
	"		grub2-mkconfig -o /boot/grub2/grub.cfg >&2\n"
	"	else\n"
	"		grub-mkconfig -o /boot/grub/grub.cfg >&2\n"
	"	fi\n"
	"elif [ -f /etc/update-extlinux.conf ]; then\n"
	"	said=$(edit_line /etc/update-extlinux.conf 'default_kernel_opts=\"' '\"')\n"
	"	[ -z \"$said\" ] || update-extlinux >&2\n"
	"elif [ -f /etc/kernel/cmdline ]; then\n"
	"	said=$(edit_line /etc/kernel/cmdline '' '')\n"
	"	for image in /lib/modules/*/vmlinuz; do\n"
	"		if [ -z \"$said\" ] || [ ! -f \"$image\" ] || ! command -v kernel-install "
	">/dev/null; then continue; fi\n"
	"		version=${image%/vmlinuz}\n"
	"		kernel-install add \"${version##*/}\" \"$image\" >&2\n"
	"	done\n"
	"elif ls /boot/loader/entries/*.conf >/dev/null 2>&1; then\n"
	"	said=$(for file in /boot/loader/entries/*.conf; do edit_line \"$file\" 'options ' "
	"''; done)\n"
	"else\n"
	"	echo \"No boot loader that is known here: take '$take' off the kernel command "
	"line, put '$put' on it.\" >&2\n"
	"	exit 1\n"
	"fi\n"
	"[ -z \"$said\" ] || echo \"$said\"\n";

void shell_cmdline(FILE *out, struct arena *arena, const struct actions *actions)
{
	if (!actions_reboot(actions))
		return;
	fprintf(out, "take=%s\nput=%s\n", shell_quoted(arena, words(arena, &actions->taken)),
		shell_quoted(arena, words(arena, &actions->put)));
	fputs(cmdline_text, out);
}
