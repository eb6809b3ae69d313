"""How each program runs a graph of stages: one class a program, the same verbs for all.

`write` makes the program's own description of the stages in `work`; `run` does what is not up to date.
`adopt` tells it that the outs, which lie there, are those of the stages: for programs that would take
minutes to make them. A stage is (name, words of the command, deps, outs); a stage without outs runs
every time.
"""

import hashlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from peer import DvcPeer, MlopsPeer, Peer  # noqa: E402

JOBS = 2


def words(values):
    return " ".join(values)


class Mlops(MlopsPeer):
    shown = f"mlops run -j {JOBS} -q"

    def write(self, stages):
        def listed(values):
            return "[" + ", ".join(f'"{value}"' for value in values) + "]"

        lines = ["schema = 1"]
        for name, command, deps, outs in stages:
            lines.append(f"[stage.{name}]\ncmd = {listed(command)}")
            if deps:
                lines.append(f"deps = {listed(deps)}")
            if outs:
                lines.append(f"outs = {listed(outs)}")
        (self.work / "pipeline.toml").write_text("\n".join(lines) + "\n")

    def run(self):
        self.command(self.programs["mlops"], "run", "-j", JOBS, "-q")

    def checkout(self):
        self.command(self.programs["mlops"], "data", "checkout", "-q")


class Make(Peer):
    name = "make"
    version_command = ["make", "--version"]
    expected_version = "GNU Make 4.3"
    needs_git = False
    shown = f"make -j{JOBS} -s"

    def write(self, stages):
        lines = [f"all: {words(target for name, _, _, outs in stages for target in outs or [name])}"]
        for name, command, deps, outs in stages:
            lines.append(f"{words(outs or [name])}: {words(deps)}\n\t{words(command)}")
        lines.append(f".PHONY: all {words(name for name, _, _, outs in stages if not outs)}")
        (self.work / "Makefile").write_text("\n".join(lines) + "\n")

    def run(self):
        self.command("make", f"-j{JOBS}", "-s")


class Ninja(Peer):
    name = "ninja"
    version_command = ["ninja", "--version"]
    expected_version = "1.11"
    needs_git = False
    shown = f"ninja -j{JOBS} --quiet"

    def write(self, stages):
        lines = ["rule run", "  command = $words"]
        for name, command, deps, outs in stages:
            lines.append(f"build {words(outs or [name])}: run {words(deps)}\n  words = {words(command)}")
        (self.work / "build.ninja").write_text("\n".join(lines) + "\n")

    def run(self):
        self.command("ninja", f"-j{JOBS}", "--quiet")


class Snakemake(Peer):
    name = "snakemake"
    version_command = ["snakemake", "--version"]
    expected_version = "7.21"
    needs_git = False
    shown = f"snakemake -j{JOBS} -q (stages without outs: named, as its targets)"
    is_slow = True
    targets = ()

    def adopt(self, stages):
        """Times are what it goes by where it has not made the files itself: each out after its deps."""
        after = max(path.stat().st_mtime_ns for path in (self.work / "src").iterdir())
        for _, _, _, outs in stages:
            after += 1_000_000
            for out in outs:
                os.utime(self.work / out, ns=(after, after))

    def write(self, stages):
        def listed(values):
            return ", ".join(f'"{value}"' for value in values)

        lines = [f"rule all:\n    input: {listed(out for _, _, _, outs in stages for out in outs)}"]
        for name, command, deps, outs in stages:
            lines.append(f"rule {name}:")
            if deps:
                lines.append(f"    input: {listed(deps)}")
            if outs:
                lines.append(f"    output: {listed(outs)}")
            lines.append(f'    shell: "{words(command)}"')
        (self.work / "Snakefile").write_text("\n".join(lines) + "\n")
        self.targets = [name for name, _, _, outs in stages if not outs]

    def run(self):
        self.command("snakemake", *self.targets, f"-j{JOBS}", "-q")


class Dvc(DvcPeer):
    shown = "dvc repro -q (it runs one stage at a time)"
    is_slow = True

    def adopt(self, stages):
        """The lock and the cache as it would have written them: the next run has to find nothing to do."""
        lines = ["schema: '2.0'", "stages:"]
        for name, command, deps, outs in stages:
            lines.append(f"  {name}:\n    cmd: {words(command)}")
            for kind, paths in (("deps", deps), ("outs", outs)):
                lines.append(f"    {kind}:")
                lines += [self.locked(path) for path in paths]
            for out in outs:
                self.cache(self.work / out)
        (self.work / "dvc.lock").write_text("\n".join(lines) + "\n")
        ignored = [f"/{Path(out).name}" for _, _, _, outs in stages for out in outs]
        (self.work / "out/.gitignore").write_text("\n".join(ignored) + "\n")

    def locked(self, path):
        content = (self.work / path).read_bytes()
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return f"    - path: {path}\n      hash: md5\n      md5: {digest}\n      size: {len(content)}"

    def cache(self, file):
        digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
        place = self.work / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.write_bytes(file.read_bytes())
            place.chmod(0o444)

    def write(self, stages):
        lines = ["stages:"]
        for name, command, deps, outs in stages:
            lines.append(f"  {name}:\n    cmd: '{words(command)}'")  # true is no string to YAML
            if deps:
                lines.append(f"    deps: [{', '.join(deps)}]")
            lines.append(f"    outs: [{', '.join(outs)}]" if outs else "    always_changed: true")
        (self.work / "dvc.yaml").write_text("\n".join(lines) + "\n")

    def run(self):
        self.command(self.programs["dvc"], "repro", "-q")


TOOLS = {tool.name: tool for tool in (Mlops, Make, Ninja, Snakemake, Dvc)}
