"""What the store has to reach, as ratios within one run: each is printed with what it reached."""

import os
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Floors:
    """What this machine can do at best with the bytes of a tree, by other programs, on one processor."""

    files: int  # of the tree
    size: int  # their bytes
    solid: int  # bytes that tar and zstd -3 make of it
    hash: float  # seconds of SHA-256 over it
    decode: float  # seconds of zstd from what level 1 made of it
    walk: float  # seconds of find, which stats each file


def floors(source, directory):
    """Through one tar, so that no file's opening counts."""
    tar, packed = directory / "source.tar", directory / "source.tar.zst"
    subprocess.run(["tar", "--sort=name", "-C", str(source), "-cf", str(tar), "."], check=True)
    subprocess.run(["zstd", "-q", "-f", "-3", str(tar), "-o", str(packed)], check=True)
    solid = packed.stat().st_size
    subprocess.run(["zstd", "-q", "-f", "-1", str(tar), "-o", str(packed)], check=True)

    def seconds(*command):
        start = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - start

    sizes = [path.stat().st_size for path in source.rglob("*") if path.is_file()]
    found = Floors(files=len(sizes), size=sum(sizes), solid=solid,
                   hash=seconds("openssl", "dgst", "-sha256", str(tar)),
                   decode=seconds("zstd", "-q", "-d", "-f", "--no-check", "-o", "/dev/null", str(packed)),
                   walk=seconds("taskset", "-c", "0", "find", str(source), "-size", "+9G"))
    tar.unlink()
    packed.unlink()
    return found


def rows(case, medians, lowest):
    """What was measured, whether it has to be at least or at most the goal, the goal, and what was reached."""
    ours = medians["mlops"]

    def theirs_over_ours(name, what):
        other = medians.get(name, {}).get(what)
        return other and other / ours[what]

    def over(what, name):
        other = medians.get(name, {}).get(what)
        return other and ours[what] / other

    if case == "S1":
        yield "add: DVC's time over ours", ">=", 5, theirs_over_ours("dvc", "add")
        yield "add: git-lfs's time over ours", ">=", 8, theirs_over_ours("git-lfs", "add")
        yield "add: restic's time over ours", ">=", 2.5, theirs_over_ours("restic", "add")
        yield "add: casync's time over ours", ">=", 2.5, theirs_over_ours("casync", "add")
        yield "store over what tar and zstd -3 make", "<=", 0.98, ours["store"] / lowest.solid
        yield "checkout over cp -r", "<=", 0.5, over("checkout", "cp -r")
        yield "checkout: casync's time over ours", ">=", 1, theirs_over_ours("casync", "checkout")
        yield "add of one changed file over status", "<=", 1.3, ours["add 1 file"] / ours["status"]
    if case == "S2":
        yield "add: DVC's time over ours", ">=", 1.3, theirs_over_ours("dvc", "add")
        yield "add: restic's time over ours", ">=", 3, theirs_over_ours("restic", "add")
        yield "add: borg's time over ours", ">=", 3, theirs_over_ours("borg", "add")
        yield "add: peak MiB", "<=", 512, ours["peak of add"]
        yield "checkout over cp", "<=", 2, over("checkout", "cp -r")
        yield "second version: new MB", "<=", 30, ours["new bytes of add S3"] / 1e6
    if case in ("S1", "S4"):
        yield "status over git status", "<=", 1.5, over("status", "git")
    if case in ("S1", "S2"):
        yield "fsck: what hashing and decoding take over its time", ">=", 0.8, (
            (lowest.hash + lowest.decode) / os.cpu_count() / ours["fsck"])
    if case == "S4":
        yield "status on one processor: microseconds a file", "<=", 1.5, (
            ours["status, one processor"] * 1e6 / lowest.files)
        yield "the same over a bare walk by find", "<=", 1.5, ours["status, one processor"] / lowest.walk
        yield "data ls of a directory: ms", "<=", 20, ours["ls of a directory"] * 1e3


def goals(case, medians, lowest):
    """One line a goal; what no program of this run can tell is left out."""
    return [f"- {what}: {reached:.3g} (goal {sign} {goal:g})"
            for what, sign, goal, reached in rows(case, medians, lowest) if reached is not None]
