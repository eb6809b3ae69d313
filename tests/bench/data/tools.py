"""How each program keeps a tree: one class a program, the same five verbs for all.

`prepare` makes an empty repository around `work/data`; `add` stores what lies there, again after a
change too; `status` says that nothing changed; `checkout` brings the stored version into an empty
`work/data`, or into `out`; `size` is what the store takes. A verb that a program has not is None.
"""

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from peer import DvcPeer, MlopsPeer, Peer  # noqa: E402


class Tool(Peer):
    restores_to = "work/data"  # beneath its directory
    status_fills_caches = False
    gc = None
    fsck = None

    def __init__(self, directory, programs):
        super().__init__(directory, programs)
        self.data = self.work / "data"

    def empty(self):
        shutil.rmtree(self.result(), ignore_errors=True)
        self.result().parent.mkdir(exist_ok=True)

    def result(self):
        return self.top / self.restores_to

    def store(self):
        return self.top / "store"

    def more(self):
        """What is measured of it besides, by name."""
        return {}

    def size(self):
        return sum(path.lstat().st_size for path in self.store().rglob("*") if path.is_file())


class Mlops(MlopsPeer, Tool):
    status_fills_caches = True

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

    def more(self):
        first = next(path for path in sorted(self.data.iterdir()))
        mlops = self.programs["mlops"]
        return {"status, one processor": lambda: self.command("taskset", "-c", "0", mlops, "data", "status"),
                "ls of a directory": lambda: self.command(mlops, "data", "ls", first.relative_to(self.work))}

    def store(self):
        return self.work / ".git/mlops/store"


class Dvc(DvcPeer, Tool):
    status_fills_caches = True

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
    status_fills_caches = True

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
    status_fills_caches = True

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
