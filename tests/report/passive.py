#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Probing changes nothing: every system call of a run, in all its processes, is one that only looks.

usage: tests/report/passive.py BUILD
"""

import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

from program import NOBODY, Skip, check, main, scratch

# What a run may do besides reading: its own memory, processes and pipes. What is not here has to be thought about first.
OWN = """brk mmap munmap mremap mprotect madvise arch_prctl set_tid_address set_robust_list rseq prlimit64 getrandom futex
exit_group exit rt_sigaction rt_sigprocmask rt_sigreturn rt_sigtimedwait sigaltstack clone clone3 fork wait4 waitid kill
pipe2 poll ppoll close dup2 dup3 fcntl read pread64 lseek getdents64 write writev memfd_create gettid getpid getppid
clock_gettime clock_nanosleep timer_create timer_settime timer_delete sched_yield prctl restart_syscall set_mempolicy
sched_getaffinity rt_sigpending getrlimit umask fsync ftruncate""".split()
LOOKING = """access faccessat faccessat2 stat newfstatat fstat lstat statx statfs fstatfs readlink readlinkat getuid geteuid getgid
getegid uname sysinfo clock_adjtime adjtimex getcwd getxattr capget getgroups""".split()
OPENING = ("open", "openat", "openat2")
NETLINK = ("bind", "getsockname", "sendto", "sendmsg", "recvfrom", "recvmsg", "setsockopt")
IOCTLS = re.compile(r"KVM_|TCGETS|SIOCGIFNAME|SIOCETHTOOL|SIOCGIFINDEX|KVM_CAP")
CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*)$")

COMMANDS = ((), ("--no-guest", "--format", "json", "--detail", "all"), ("62",), ("explain", "46/compute"),
            ("facts", "--full", "--format", "json"), ("list",))


def calls(program, arguments, before=()):
  """Each system call of a run and of its processes: name, arguments."""
  with scratch() as folder:
    log = folder / "trace"
    log.touch()
    log.chmod(0o666)
    subprocess.run(["strace", "-f", "-qq", "-y", "-s", "64", "-o", str(log), *before, str(program.path), *arguments],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    lines = log.read_text(errors="replace").splitlines()
  started = not before
  for line in lines:
    call = CALL.match(line)
    if not call or "resumed>" in line:
      continue
    if not started:
      started = call.group(1) == "execve" and call.group(2).startswith('"%s"' % program.path)
      if not started:
        continue
    yield call.group(1), call.group(2)


def changes(name, arguments, output):
  """Why a call is more than a look; None where it is not."""
  if name in OWN or name in LOOKING:
    return None
  if name in OPENING:
    if not re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE", arguments):
      return None
    # /proc/self/fd: memory of its own that a library knows by a name only.
    if re.search(r'"/dev/kvm"|</dev>, "kvm"|"/proc/self/fd/', arguments) or output and output in arguments:
      return None
    return "opens for writing"
  if name in ("socket", "socketpair"):
    return None if re.match(r"AF_INET, SOCK_DGRAM|AF_NETLINK", arguments) else "a socket of another kind"
  if name in NETLINK:
    # The kernel alone hears what is sent on netlink.
    return None if "AF_NETLINK" in arguments or "msg_name=NULL" in arguments or "NULL, 0)" in arguments or \
      "SOL_NETLINK" in arguments or name in ("recvfrom", "recvmsg", "getsockname") else "talks to somebody"
  if name == "ioctl":
    return None if IOCTLS.search(arguments) else "an ioctl of another kind"
  return "not known to be harmless"


def hold(program, arguments, before=(), output=None):
  wrong, executed, seen = [], 0, 0
  for name, rest in calls(program, arguments, before):
    seen += 1
    executed += name in ("execve", "execveat")
    why = None if name == "execve" and executed == 1 else changes(name, rest, output)
    if why:
      wrong.append("%s: %s(%s" % (why, name, rest[:160]))
  check(seen > 20, "only %d calls were seen" % seen)
  check(executed == 1, "%d programs were started" % executed)
  check(not wrong, "%s\n%s" % (" ".join(arguments), "\n".join(sorted(set(wrong))[:40])))


def needs_strace():
  if not shutil.which("strace"):
    raise Skip("strace is not installed")


def every_command_only_looks(program):
  needs_strace()
  for arguments in COMMANDS:
    hold(program, arguments)


def an_ordinary_users_run_only_looks(program):
  needs_strace()
  if os.geteuid() != 0:
    raise Skip("run as root, which can become an ordinary user")
  for arguments in COMMANDS[:2]:
    hold(program, arguments, before=NOBODY)


def a_recording_writes_its_file_alone(program):
  needs_strace()
  with scratch() as folder:
    # Written beside its name and renamed, so that nobody sees half of it.
    arguments = ("record", str(folder / "host.tar"))
    allowed = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "chmod", "fchmod", "fchown")
    wrong = [(name, rest[:160]) for name, rest in calls(program, arguments)
             if changes(name, rest, str(folder)) and name != "execve" and
             not (name in allowed and (str(folder) in rest or name.startswith("f")))]
    check(not wrong, "\n".join(map(str, sorted(set(wrong))[:40])))


main([every_command_only_looks, an_ordinary_users_run_only_looks, a_recording_writes_its_file_alone])
