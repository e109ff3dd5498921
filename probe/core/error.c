/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum unknown_reason reason_of(int code)
{
	switch (-code) {
	case EACCES:
	case EPERM:
		return UNKNOWN_PERMISSION;
	case ETIMEDOUT:
		return UNKNOWN_TIMEOUT;
	case EOPNOTSUPP:
	case ENOSYS:
	case ENOTTY:
		return UNKNOWN_UNSUPPORTED;
	case ENODATA:
		return UNKNOWN_NOT_RECORDED;
	default:
		return UNKNOWN_ERROR;
	}
}

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	err->reason = reason_of(code);
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

int error_because(struct error *err, int code, enum unknown_reason reason, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	err->reason = reason;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

int error_wrap(struct error *err, const char *format, ...)
{
	char behind[sizeof(err->text)];
	va_list args;
	size_t len;

	if (!err)
		return -EIO;
	memcpy(behind, err->text, sizeof(behind));
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s", behind);
	return err->code;
}
