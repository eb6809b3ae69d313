"""What the benchmarks that stand beside other programs share: how one is started, which version it has to be."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

DVC_VERSION = "3.64.0"
DVC = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / f"mlops/bench/dvc-{DVC_VERSION}"
SETTLED = 2.1  # seconds after which nobody doubts a file's times any more (git's racy rule)


class Peer:
    """One program in a directory of its own, with a home of its own."""

    name = ""
    version_command = []
    expected_version = ""
    needs_git = True
    is_slow = False  # a thousand stages take it minutes
    peak = 0.0  # MiB of the last command's largest process

    def __init__(self, directory, programs):
        self.top = directory / self.name
        self.work = self.top / "work"
        self.programs = programs

    def command(self, *arguments, cwd=None, codes=(0,)):
        """One process; its words are in the message when it fails."""
        environment = {**os.environ, **self.environment()}
        with subprocess.Popen([str(argument) for argument in arguments], cwd=cwd or self.work, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            output = process.stdout.read().decode(errors="replace")
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.peak = usage.ru_maxrss / 1024
        if process.returncode not in codes:
            sys.exit(f"run: error: {arguments} ended with {process.returncode}: {output[-2000:]}")
        return output

    def environment(self):
        return {"HOME": str(self.top), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}

    def prepare(self):
        self.work.mkdir(parents=True)
        if self.needs_git:
            self.command("git", "init", "-q", "-b", "main")
            self.command("git", "config", "user.name", "bench")
            self.command("git", "config", "user.email", "bench@example.org")
            self.command("git", "config", "gc.auto", "0")

    def settle(self):
        """What is not timed after a change: the commit of the small files."""
        if self.needs_git:
            self.command("git", "add", "-A")
            self.command("git", "commit", "-q", "--allow-empty", "-m", "version")

    def version(self):
        return self.command(*self.version_command, cwd="/").strip().splitlines()[0]


class MlopsPeer(Peer):
    name = "mlops"

    def prepare(self):
        super().prepare()
        self.command(self.programs["mlops"], "init")

    def version(self):
        return self.command(self.programs["mlops"], "version", cwd="/").splitlines()[0]


class DvcPeer(Peer):
    name = "dvc"
    expected_version = DVC_VERSION

    def environment(self):
        return {**super().environment(), "DVC_NO_ANALYTICS": "1"}

    def prepare(self):
        super().prepare()
        self.command(self.programs["dvc"], "init", "-q")
        self.command(self.programs["dvc"], "config", "core.analytics", "false")
        self.command(self.programs["dvc"], "config", "core.check_update", "false")

    def version(self):
        return self.command(self.programs["dvc"], "--version", cwd="/").strip()


def find_programs(mlops, names):
    """Where those are that are not simply in PATH. DVC is no Debian package: an environment of its own, made once."""
    found = shutil.which(mlops) or sys.exit(f"run: error: there is no '{mlops}'")
    programs = {"mlops": str(Path(found).resolve())}
    if "dvc" in names:
        programs["dvc"] = DVC / "bin/dvc"
        if not programs["dvc"].exists():
            shutil.rmtree(DVC, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(DVC)], check=True)
            subprocess.run([str(DVC / "bin/pip"), "install", "-q", f"dvc=={DVC_VERSION}", "pathspec==0.12.1"],
                           check=True)
    return programs


def check_versions(tools, directory, programs):
    """The version of each. A missing peer, or another version of it, fails the run."""
    found = {}
    for name, tool_class in tools.items():
        tool = tool_class(directory, programs)
        tool.top.mkdir(parents=True, exist_ok=True)
        try:
            found[name] = tool.version()
        except FileNotFoundError as error:
            sys.exit(f"run: error: {name} is missing: {error}\nhint: sh third_party/install.sh bench")
        if tool.expected_version not in found[name]:
            sys.exit(f"run: error: {name} {tool.expected_version} is wanted, this is {found[name]}")
        shutil.rmtree(tool.top)
    return found


def tree_digest(top):
    """One digest over names, sizes and contents; what is git's, such as .gitignore, is no data."""
    digest = hashlib.sha256()
    for path in sorted(top.rglob("*")):
        if path.is_file() and not path.name.startswith(".git"):
            digest.update(f"{path.relative_to(top)}\0{path.stat().st_size}\0".encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def machine():
    """The last line but one of each table."""
    return (f"machine: {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, "
            f"{platform.system()} {platform.machine()}; {date.today()}")
