"""How each program keeps a tree: one class a program, the same five verbs for all.

`prepare` makes an empty repository around `work/data`; `add` stores what lies there, again after a
change too; `status` says that nothing changed; `checkout` brings the stored version into an empty
`work/data`, or into `out`; `size` is what the store takes. A verb that a program has not is None.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class Tool:
    name = ""
    version_command = []
    expected_version = ""
    needs_git = True
    restores_to = "work/data"  # beneath its directory
    gc = None
    fsck = None

    def __init__(self, directory, programs):
        self.top = directory / self.name
        self.work = self.top / "work"
        self.data = self.work / "data"
        self.programs = programs

    def command(self, *arguments, cwd=None, codes=(0,)):
        """One process; its words are in the message when it fails."""
        environment = {**os.environ, **self.environment()}
        done = subprocess.run([str(argument) for argument in arguments], cwd=cwd or self.work, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode not in codes:
            sys.exit(f"run: error: {arguments} ended with {done.returncode}: {done.stdout.decode()[-2000:]}")
        return done.stdout.decode(errors="replace")

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
        """What is not timed after an add: the commit of the small files."""
        if self.needs_git:
            self.command("git", "add", "-A")
            self.command("git", "commit", "-q", "--allow-empty", "-m", "version")

    def empty(self):
        shutil.rmtree(self.result(), ignore_errors=True)
        self.result().parent.mkdir(exist_ok=True)

    def result(self):
        return self.top / self.restores_to

    def store(self):
        return self.top / "store"

    def size(self):
        return sum(path.lstat().st_size for path in self.store().rglob("*") if path.is_file())

    def version(self):
        return self.command(*self.version_command, cwd="/").strip().splitlines()[0]


class Mlops(Tool):
    name = "mlops"

    def prepare(self):
        super().prepare()
        self.command(self.programs["mlops"], "init")

    def version(self):
        return self.command(self.programs["mlops"], "version", cwd="/").splitlines()[0]

    def add(self):
        self.command(self.programs["mlops"], "data", "add", "data")

    def status(self):
        self.command(self.programs["mlops"], "data", "status")

    def checkout(self):
        self.command(self.programs["mlops"], "data", "checkout")

    def gc(self):
        self.command(self.programs["mlops"], "data", "gc")

    def fsck(self):
        self.command(self.programs["mlops"], "data", "fsck")

    def store(self):
        return self.work / ".git/mlops/store"


class Dvc(Tool):
    name = "dvc"
    expected_version = "3.64.0"

    def environment(self):
        return {**super().environment(), "DVC_NO_ANALYTICS": "1"}

    def prepare(self):
        super().prepare()
        self.command(self.programs["dvc"], "init", "-q")
        self.command(self.programs["dvc"], "config", "core.analytics", "false")
        self.command(self.programs["dvc"], "config", "core.check_update", "false")

    def version(self):
        return self.command(self.programs["dvc"], "--version", cwd="/").strip()

    def add(self):
        self.command(self.programs["dvc"], "add", "-q", "data")

    def status(self):
        self.command(self.programs["dvc"], "status", "-q")

    def checkout(self):
        self.command(self.programs["dvc"], "checkout", "-q")

    def gc(self):
        self.command(self.programs["dvc"], "gc", "-q", "-w", "-f")

    def store(self):
        return self.work / ".dvc/cache"


class GitLfs(Tool):
    name = "git-lfs"
    version_command = ["git", "lfs", "version"]
    expected_version = "git-lfs/3.3.0"

    def prepare(self):
        super().prepare()
        self.command("git", "lfs", "install", "--local", "--skip-repo")
        (self.work / ".gitattributes").write_text("data/** filter=lfs diff=lfs merge=lfs -text\n")

    def add(self):
        self.command("git", "add", "data")

    def status(self):
        self.command("git", "status", "--porcelain")

    def checkout(self):
        self.command("git", "checkout", "--", "data")

    def gc(self):
        self.command("git", "lfs", "prune", "--force")

    def fsck(self):
        self.command("git", "lfs", "fsck")

    def store(self):
        return self.work / ".git"


class Git(Tool):
    """Only for its status, which is the yardstick of ours."""

    name = "git"
    version_command = ["git", "version"]
    expected_version = "git version 2.39"

    def add(self):
        self.command("git", "add", "data")

    def status(self):
        self.command("git", "status", "--porcelain")

    def checkout(self):
        self.command("git", "checkout", "--", "data")

    def store(self):
        return self.work / ".git"


class Restic(Tool):
    name = "restic"
    version_command = ["restic", "version"]
    expected_version = "restic 0.14"
    needs_git = False
    restores_to = "out/data"

    def environment(self):
        return {**super().environment(), "RESTIC_REPOSITORY": str(self.store()), "RESTIC_PASSWORD": "bench"}

    def prepare(self):
        super().prepare()
        self.command("restic", "init", "-q")

    def add(self):
        self.command("restic", "backup", "-q", "data")

    def status(self):
        self.command("restic", "backup", "-q", "data")

    def checkout(self):
        self.command("restic", "restore", "-q", "latest", "--target", self.top / "out")

    def gc(self):
        self.command("restic", "prune", "-q")

    def fsck(self):
        self.command("restic", "check", "-q", "--read-data")


class Borg(Tool):
    name = "borg"
    version_command = ["borg", "--version"]
    expected_version = "borg 1.2"
    needs_git = False
    restores_to = "out/data"
    archives = 0

    def environment(self):
        return {**super().environment(), "BORG_REPO": str(self.store()),
                "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}

    def prepare(self):
        super().prepare()
        self.command("borg", "init", "-e", "none")

    def add(self):
        self.archives += 1
        self.command("borg", "create", f"::a{self.archives}", "data")

    def status(self):
        self.add()

    def checkout(self):
        self.command("borg", "extract", f"::a{self.archives}", cwd=self.top / "out")

    def gc(self):
        self.command("borg", "compact")

    def fsck(self):
        self.command("borg", "check", "--verify-data")


class Casync(Tool):
    name = "casync"
    version_command = ["casync", "--version"]
    expected_version = "casync 2"
    needs_git = False
    restores_to = "out"

    def add(self):
        self.command("casync", "make", "--without=privileged", f"--store={self.store()}", self.top / "x.caidx", "data")

    def status(self):
        self.add()

    def checkout(self):
        self.command("casync", "extract", "--without=privileged", f"--store={self.store()}", self.top / "x.caidx",
                     self.result())


class Copy(Tool):
    name = "cp -r"
    version_command = ["cp", "--version"]
    expected_version = "cp (GNU coreutils)"
    needs_git = False
    restores_to = "out"

    def add(self):
        shutil.rmtree(self.store(), ignore_errors=True)
        self.command("cp", "-r", "data", self.store())

    def checkout(self):
        self.command("cp", "-r", self.store(), self.result())

    status = None


TOOLS = {tool.name: tool for tool in (Mlops, Dvc, GitLfs, Restic, Borg, Casync, Copy, Git)}


def fill(source, tool):
    """The tree of the run, as a user would have it: a copy with times of its own."""
    shutil.rmtree(tool.data, ignore_errors=True)
    subprocess.run(["cp", "-r", str(source), str(tool.data)], check=True)


def check_versions(names, directory, programs):
    """A missing peer, or another version of it, fails the run."""
    found = {}
    for name in names:
        tool = TOOLS[name](directory, programs)
        tool.top.mkdir(parents=True, exist_ok=True)
        try:
            found[name] = tool.version()
        except FileNotFoundError as error:
            sys.exit(f"run: error: {name} is missing: {error}\nhint: sh third_party/install.sh bench")
        if tool.expected_version not in found[name]:
            sys.exit(f"run: error: {name} {tool.expected_version} is wanted, this is {found[name]}")
        shutil.rmtree(tool.top)
    return found
