"""How each program shares a tree through a directory: one class a program, the same verbs for all.

`store` does what comes before and is not timed; `push` sends the tree to `remote`; `push` again has nothing to
do; `fresh` makes what a colleague begins with, `pull` brings the tree there.
"""

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from peer import DvcPeer, MlopsPeer, Peer  # noqa: E402


class Tool(Peer):
    pulls_to = "colleague/data"  # beneath its directory

    def __init__(self, directory, programs):
        super().__init__(directory, programs)
        self.data = self.work / "data"
        self.remote = self.top / "remote"
        self.colleague = self.top / "colleague"

    def prepare(self):
        super().prepare()
        self.remote.mkdir()

    def store(self):
        pass

    def fresh(self):
        shutil.rmtree(self.colleague, ignore_errors=True)
        if self.needs_git:
            self.command("git", "clone", "-q", self.work, self.colleague)

    def result(self):
        return self.top / self.pulls_to

    def size(self):
        return sum(path.lstat().st_size for path in self.remote.rglob("*") if path.is_file())


class Mlops(MlopsPeer, Tool):
    def store(self):
        self.command(self.programs["mlops"], "remote", "add", "origin", self.remote)
        self.command(self.programs["mlops"], "data", "add", "data")
        self.settle()

    def push(self):
        self.command(self.programs["mlops"], "data", "push")

    def pull(self):
        self.command(self.programs["mlops"], "data", "pull", cwd=self.colleague)


class Dvc(DvcPeer, Tool):
    def store(self):
        self.command(self.programs["dvc"], "remote", "add", "-q", "-d", "origin", self.remote)
        self.command(self.programs["dvc"], "add", "-q", "data")
        self.settle()

    def push(self):
        self.command(self.programs["dvc"], "push", "-q")

    def pull(self):
        self.command(self.programs["dvc"], "pull", "-q", cwd=self.colleague)


class GitLfs(Tool):
    name = "git-lfs"
    version_command = ["git", "lfs", "version"]
    expected_version = "git-lfs/3.3.0"

    def prepare(self):
        super().prepare()
        self.command("git", "lfs", "install", "--skip-repo")
        self.command("git", "init", "-q", "--bare", "-b", "main", self.remote)
        self.command("git", "remote", "add", "origin", f"file://{self.remote}")
        (self.work / ".gitattributes").write_text("data/** filter=lfs diff=lfs merge=lfs -text\n")

    def store(self):
        self.settle()

    def push(self):
        self.command("git", "lfs", "push", "origin", "main")
        self.command("git", "push", "-q", "origin", "main")

    def fresh(self):
        shutil.rmtree(self.colleague, ignore_errors=True)
        self.command("env", "GIT_LFS_SKIP_SMUDGE=1", "git", "clone", "-q", f"file://{self.remote}", self.colleague)

    def pull(self):
        self.command("git", "lfs", "pull", cwd=self.colleague)


class Restic(Tool):
    """Its repository is the remote: a backup is the push, and reads the tree besides."""

    name = "restic"
    version_command = ["restic", "version"]
    expected_version = "restic 0.14"
    needs_git = False

    def environment(self):
        return {**super().environment(), "RESTIC_REPOSITORY": str(self.remote), "RESTIC_PASSWORD": "bench"}

    def store(self):
        self.command("restic", "init", "-q")

    def push(self):
        self.command("restic", "backup", "-q", "data")

    def pull(self):
        self.command("restic", "restore", "-q", "latest", "--target", self.colleague)


class Rclone(Tool):
    """Copies files: the yardstick of what the disk does."""

    name = "rclone"
    version_command = ["rclone", "version"]
    expected_version = "rclone v1.60"
    needs_git = False

    def push(self):
        self.command("rclone", "copy", "data", self.remote / "data")

    def pull(self):
        self.command("rclone", "copy", self.remote / "data", self.result())


TOOLS = {tool.name: tool for tool in (Mlops, Dvc, GitLfs, Restic, Rclone)}


def fill(source, tool):
    shutil.rmtree(tool.data, ignore_errors=True)
    subprocess.run(["cp", "-r", str(source), str(tool.data)], check=True)
