# SPDX-License-Identifier: GPL-2.0-or-later
"""What the stages that test the program share: running it, a small recorded machine, and counting."""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = ROOT / "packaging/schemas"

# Rising: how good an outcome is, and how dear a remedy is.
LEVELS = ("no", "fixable", "limited", "ready")
REMEDIES = ("setup", "reboot", "firmware", "platform", "reinstall")

# How to become an ordinary user without groups.
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")


class Answer:
  """What a run left behind."""

  def __init__(self, done):
    self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

  def json(self):
    return json.loads(self.out)

  def __str__(self):
    return "exit %d\n--- stdout\n%s--- stderr\n%s" % (self.code, self.out[:2000], self.err[:2000])


class Program:
  """The built stackcheck. Runs without a site's settings: a fixed locale, no terminal."""

  def __init__(self, build):
    self.path = (ROOT / build / "stackcheck").resolve()

  def run(self, *arguments, before=(), env=None, **options):
    command = [*before, str(self.path), *map(str, arguments)]
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    return Answer(subprocess.run(
      command, env=environment if env is None else env, stdin=subprocess.DEVNULL, text=True,
      stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, errors="replace", **options))

  def shell(self, script, **options):
    """The same through a shell, where $0 is the program."""
    return Answer(subprocess.run(["sh", "-c", script, str(self.path)], text=True, timeout=60,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, errors="replace", **options))

  def report(self, *arguments, **options):
    return self.run("--format", "json", *arguments, **options).json()

  def facts(self, *arguments, **options):
    return self.run("facts", "--format", "json", *arguments, **options).json()["facts"]


class Failed(Exception):
  """A check that does not hold."""


def check(holds, detail=""):
  if not holds:
    raise Failed(str(detail))


def equal(have, want, detail=""):
  if have != want:
    raise Failed("have %r, want %r\n%s" % (have, want, detail))


def contains(text, *parts):
  for part in parts:
    if part not in text:
      raise Failed("%r is not in:\n%s" % (part, text[:2000]))


class Skip(Exception):
  """This machine cannot show it; the text says why."""


def main(build_tests):
  """Runs the functions of `build_tests(program)`: their names are sentences. Prints the count of a stage."""
  program = Program(sys.argv[1] if len(sys.argv) > 1 else "build")
  passed = failed = 0
  for test in build_tests:
    name = test.__name__.replace("_", " ")
    try:
      test(program)
      passed += 1
      continue
    except Skip as why:
      print("SKIPPED: %s: %s" % (name, why))
      continue
    except Failed as why:
      print("not ok: %s\n%s" % (name, why))
    except Exception:  # a test that cannot run has failed, and the others must run
      print("not ok: %s\n%s" % (name, traceback.format_exc()))
    failed += 1
  print("%d passed, %d failed" % (passed, failed))
  sys.exit(failed != 0)


def scratch():
  """A temporary folder that anyone may enter, for `with`."""
  class Folder(tempfile.TemporaryDirectory):
    def __enter__(self):
      os.chmod(self.name, 0o755)
      return Path(self.name)
  return Folder(prefix="stackcheck-")


# A machine of which little was recorded.
RECORDING = {
  "proc/sys/kernel/osrelease": "6.1.0-28-amd64\n",
  "proc/sys/kernel/arch": "x86_64\n",
  "proc/meminfo": "MemTotal:       65574112 kB\nMemAvailable:   60000000 kB\nSwapTotal:             0 kB\n",
  "proc/cmdline": "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro\n",
  "proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Test CPU\nphysical id\t: 0\n"
                  "core id\t\t: 0\nflags\t\t: fpu vmx ept lm\n\n",
  "sys/kernel/mm/ksm/run": "0\n",
  "etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
}


def write_recording(folder):
  for name, text in RECORDING.items():
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
  return folder


def deployment(report, number):
  return next(one for one in report["deployments"] if one["id"] == number)


def verdict_of(worst, best):
  """The verdict that an interval is."""
  if worst == best:
    return worst
  return "limited" if (worst, best) == ("limited", "ready") else "unknown"
