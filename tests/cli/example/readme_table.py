#!/usr/bin/env python3
"""Each line of the tables that README.md fences as ```text stands in an output, in the same order.

    readme_table.py README.md OUTPUT
"""

import re
import sys
from pathlib import Path


def main():
    readme, output = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
    shown = [line for block in re.findall(r"^```text\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
             for line in block.splitlines() if line]
    if not shown:
        sys.exit("README.md has no block that is fenced as text")
    printed = iter(output.splitlines())
    for line in shown:
        if line not in printed:
            sys.exit(f"README.md shows a line that is not printed there: {line}")


main()
