/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * link: network devices without hardware, made and brought up in a network namespace that is this
 * process's alone; rtnetlink(7)
 */
#include <dlfcn.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>

#include "core/util.h"
#include "host/library.h"
#include "prove/trial.h"

/* Loaded by the trials that need it: a survey makes none. */
struct libmnl {
	void *handle;
	__typeof__(mnl_nlmsg_put_header) *nlmsg_put_header;
	__typeof__(mnl_nlmsg_put_extra_header) *nlmsg_put_extra_header;
	__typeof__(mnl_attr_nest_start) *attr_nest_start;
	__typeof__(mnl_attr_nest_end) *attr_nest_end;
	__typeof__(mnl_attr_put_u32) *attr_put_u32;
	__typeof__(mnl_attr_put_str) *attr_put_str;
	__typeof__(mnl_socket_open) *socket_open;
	__typeof__(mnl_socket_bind) *socket_bind;
	__typeof__(mnl_socket_sendto) *socket_sendto;
	__typeof__(mnl_socket_recvfrom) *socket_recvfrom;
	__typeof__(mnl_socket_get_portid) *socket_get_portid;
	__typeof__(mnl_socket_close) *socket_close;
	__typeof__(mnl_cb_run) *cb_run;
};

#define SYMBOL(name)                                        \
	{                                                   \
		"mnl_" #name, offsetof(struct libmnl, name) \
	}

static const struct library_symbol symbols[] = {
	SYMBOL(nlmsg_put_header),
	SYMBOL(nlmsg_put_extra_header),
	SYMBOL(attr_nest_start),
	SYMBOL(attr_nest_end),
	SYMBOL(attr_put_u32),
	SYMBOL(attr_put_str),
	SYMBOL(socket_open),
	SYMBOL(socket_bind),
	SYMBOL(socket_sendto),
	SYMBOL(socket_recvfrom),
	SYMBOL(socket_get_portid),
	SYMBOL(socket_close),
	SYMBOL(cb_run),
};

static void libmnl_close(struct libmnl *mnl)
{
	if (mnl->handle)
		dlclose(mnl->handle);
}
#define auto_libmnl __attribute__((cleanup(libmnl_close)))

/* A VXLAN has no life without its number: drivers/net/vxlan, vxlan_validate(). */
static void put_vxlan(const struct libmnl *mnl, struct nlmsghdr *message)
{
	struct nlattr *data = mnl->attr_nest_start(message, IFLA_INFO_DATA);

	mnl->attr_put_u32(message, IFLA_VXLAN_ID, 1);
	mnl->attr_nest_end(message, data);
}

typedef void (*put_data_fn)(const struct libmnl *mnl, struct nlmsghdr *message);

static struct nlmsghdr *ask_for_link(const struct libmnl *mnl, char *buffer, const char *kind,
				     put_data_fn put_data)
{
	struct nlmsghdr *message = mnl->nlmsg_put_header(buffer);
	struct ifinfomsg *link;
	struct nlattr *info;

	message->nlmsg_type = RTM_NEWLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
	message->nlmsg_seq = 1;
	link = mnl->nlmsg_put_extra_header(message, sizeof(*link));
	link->ifi_flags = IFF_UP;
	link->ifi_change = IFF_UP;
	info = mnl->attr_nest_start(message, IFLA_LINKINFO);
	mnl->attr_put_str(message, IFLA_INFO_KIND, kind);
	if (put_data)
		put_data(mnl, message);
	mnl->attr_nest_end(message, info);
	return message;
}

/* Sends it and waits for the kernel's word. 0 or negative errno. */
static int talk(const struct libmnl *mnl, struct mnl_socket *socket, const struct nlmsghdr *message)
{
	char answer[8192];
	ssize_t len;

	if (mnl->socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl->socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	len = mnl->socket_recvfrom(socket, answer, sizeof(answer));
	if (len < 0 ||
	    mnl->cb_run(answer, (size_t)len, 1, mnl->socket_get_portid(socket), NULL, NULL) < 0)
		return -errno;
	return 0;
}

static void make_link(const char *kind, put_data_fn put_data, struct outcome *outcome)
{
	char buffer[1024] = { 0 };
	auto_libmnl struct libmnl library = { 0 };
	const struct libmnl *mnl = &library;
	struct mnl_socket *socket;
	int r;

	library.handle = library_open("libmnl.so.0", symbols, ARRAY_SIZE(symbols), &library);
	if (!library.handle) {
		trial_not_made(outcome, -ENOENT, "libmnl is not installed");
		return;
	}
	if (trial_enter(CLONE_NEWNET, outcome) < 0)
		return;
	socket = mnl->socket_open(NETLINK_ROUTE);
	if (!socket) {
		trial_not_made(outcome, -errno, "opening a netlink socket: %s", strerror(errno));
		return;
	}
	r = talk(mnl, socket, ask_for_link(mnl, buffer, kind, put_data));
	mnl->socket_close(socket);
	if (r < 0)
		trial_failed(outcome, r, "making a %s: %s", kind,
			     r == -EOPNOTSUPP ? "this kernel knows no such device" : strerror(-r));
}

static void run_vxlan(const struct trial_place *place, struct outcome *outcome)
{
	(void)place;
	make_link("vxlan", put_vxlan, outcome);
}

static void run_bridge(const struct trial_place *place, struct outcome *outcome)
{
	(void)place;
	make_link("bridge", NULL, outcome);
}

static void learn_vxlan(const struct host *host, struct facts *facts,
			const struct trial_place *place, const struct outcome *outcome,
			const char *source)
{
	(void)place;
	trial_learn_module(host, facts, "vxlan", outcome, source);
}

static void learn_bridge(const struct host *host, struct facts *facts,
			 const struct trial_place *place, const struct outcome *outcome,
			 const char *source)
{
	(void)place;
	trial_learn_module(host, facts, "bridge", outcome, source);
}

const struct trial trial_vxlan = {
	.name = "vxlan",
	.does = "makes a VXLAN in a network namespace of its own",
	.module = "vxlan",
	.seconds = 5,
	.run = run_vxlan,
	.learn = learn_vxlan,
};

const struct trial trial_bridge = {
	.name = "bridge",
	.does = "makes a bridge in a network namespace of its own",
	.module = "bridge",
	.seconds = 5,
	.run = run_bridge,
	.learn = learn_bridge,
};
