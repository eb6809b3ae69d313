"""How long `mlops pipeline plan --json` takes for a matrix of instances, and how much memory.

One stage of side x side matrix values reads one file that git tracks, and one stage waits for all of them.
Every plan is checked to be whole and the same bytes as the first. Memory is the peak of the process as the
kernel counts it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

PIPELINE = """schema = 1
[stage.fit]
matrix = {{ a = {values}, b = {values} }}
cmd = ["python3", "fit.py", "${{matrix.a}}", "${{matrix.b}}", "${{outs.model}}"]
deps = ["in.txt"]
outs = {{ model = "models/${{matrix.a}}-${{matrix.b}}.bin" }}
[stage.sum]
cmd = ["true"]
after = ["fit"]
"""


def plan(mlops, place):
    """Seconds, peak memory in bytes, and the plan."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        child = subprocess.Popen([mlops, "pipeline", "plan", "--json"], cwd=place, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        elapsed = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"run: error: the plan ended with {child.returncode}")
        out.seek(0)
        return elapsed, usage.ru_maxrss * 1024, out.read()


def check(text, instances):
    record = json.loads(text)
    fits = record["instances"][:-1]
    if len(fits) != instances or not all(one["key"] for one in fits):
        sys.exit("run: error: the plan is not whole")
    if len({one["key"] for one in fits}) != instances or len(record["edges"]) != instances:
        sys.exit("run: error: keys or edges are missing")


def measure(mlops, side, repeat, directory):
    """(seconds, peak bytes) of each run."""
    place = directory / "plan"
    subprocess.run(["git", "init", "--quiet", str(place)], check=True)
    (place / "in.txt").write_text("1\n")
    (place / "pipeline.toml").write_text(PIPELINE.format(values=list(range(side))))
    runs = [plan(mlops, place) for _ in range(repeat)]
    check(runs[0][2], side * side)
    if any(run[2] != runs[0][2] for run in runs):
        sys.exit("run: error: two plans of the same files differ")
    return [run[:2] for run in runs]
