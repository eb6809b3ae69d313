"""How each program runs a graph of stages: one class a program, the same two verbs for all.

`write` makes the program's own description of the stages in `work`; `run` does what is not up to date.
A stage is (name, words of the command, deps, outs); a stage without outs runs every time.
"""

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
    targets = ()

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
