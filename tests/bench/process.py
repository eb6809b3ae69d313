"""Programs as processes of their own: what they print, how long they take, how much memory they have for themselves."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlops/bench"


class Ended(Exception):
    """A program that wanted too much, and of what; its figures are lower bounds."""

    def __init__(self, reason, seconds, memory):
        super().__init__(reason)
        self.reason, self.seconds, self.memory = reason, seconds, memory


def environment(name, packages):
    """The Python of a virtual environment that has these packages, made once."""
    where = CACHE / name
    python = where / "bin/python"
    if not (where / "complete").exists():
        shutil.rmtree(where, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(where)], check=True)
        subprocess.run([str(where / "bin/pip"), "install", "-q", *packages], check=True)
        (where / "complete").touch()
    return str(python)


def own_memory(pid):
    """Anonymous memory in MiB; 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def available_memory():
    """MiB that a program may take before the machine runs out of it."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        found = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    return max(found / 1024 - 1024, 256)


def measured(command, codes=(0,), watch=False, limit=None, memory=None):
    """Output, seconds and, where it is watched, peak MiB of its own memory. What is watched is ended, as Ended, after
    `limit` seconds or with more than `memory` MiB."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=out, stderr=errors, text=True)
        peak = 0
        while watch and child.poll() is None:
            peak = max(peak, own_memory(child.pid))
            past = time.monotonic() - start
            too_much = f"{limit:.0f} s" if limit and past > limit else f"{memory:.0f} MiB" if memory and peak > memory else ""
            if too_much:
                child.kill()
                child.wait()
                raise Ended(too_much, past, peak)
            time.sleep(0.005)
        child.wait()
        seconds = time.monotonic() - start
        out.seek(0)
        errors.seek(0)
        if child.returncode not in codes:
            sys.exit(f"run: error: '{' '.join(command)}' ended with {child.returncode}: {errors.read()[-2000:]}")
        return out.read(), seconds, peak
