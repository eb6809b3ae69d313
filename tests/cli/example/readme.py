#!/usr/bin/env python3
"""Runs the commands that README.md fences as ```sh, in order, in a copy of the tree.

    readme.py TREE

One shell runs all blocks, so that a later one finds what an earlier one made. What a README says in
```console or another language is shown and not run. A block whose first line is a comment that ends
in "exit code N" must end with that code; the others must succeed. A line that only clones, installs
or builds this project is left out: the test runs the executable that MLOPS names.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>[^\n`]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$",
                   re.DOTALL | re.MULTILINE)
SETS_UP = re.compile(r"^\s*(git clone|cd \S*mlops/?\s*$|sh tests/|sh third_party/|cmake |sudo |apt)")
EXPECTED = re.compile(r"exit code (\d+)")


def blocks(text):
    """The line number and the body of each block to run."""
    for match in FENCE.finditer(text):
        if match["language"].strip() == "sh":
            yield text.count("\n", 0, match.start()) + 2, match["body"]


def script_of(body):
    kept = ["" if SETS_UP.match(line) else line for line in body.splitlines()]
    return "\n".join(kept) + "\n"


def expected_code(body):
    first = body.lstrip().splitlines()[0] if body.strip() else ""
    found = EXPECTED.search(first) if first.startswith("#") else None
    return int(found.group(1)) if found else 0


def one_shell(found):
    """Each block in a subshell would lose `cd`; so each ends with a check of its own code."""
    lines = []
    for number, body in found:
        code = expected_code(body)
        lines += [f"echo '--- README.md:{number}'", "set -e" if code == 0 else "set +e",
                  script_of(body)]
        if code:
            lines.append(f'code=$?; [ "$code" -eq {code} ] || '
                         f'{{ echo "README.md:{number}: exit code $code instead of {code}"; exit 1; }}')
    return "\n".join(lines) + "\n"


def main():
    tree = Path(sys.argv[1]).resolve()
    found = list(blocks((tree / "README.md").read_text(encoding="utf-8")))
    if not found:
        sys.exit("README.md has no block that is fenced as sh")
    with tempfile.TemporaryDirectory(prefix="mlops-readme-") as scratch:
        copy = Path(scratch) / "mlops"
        copy.mkdir()
        for name in ("examples", "README.md", "man", "tests"):
            source = tree / name
            if source.is_dir():
                shutil.copytree(source, copy / name, symlinks=True)
            elif source.exists():
                shutil.copy(source, copy / name)
        print(f"{len(found)} blocks")
        environment = {**os.environ, "TMPDIR": scratch}
        sys.stdout.flush()
        shell = subprocess.run(["/bin/sh", "-c", one_shell(found)], cwd=copy, env=environment,
                               check=False)
    sys.exit(shell.returncode)


main()
