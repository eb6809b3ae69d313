#!/usr/bin/env python3
"""Reads a file of the map of foreign versions from mlops-store(5) alone: `read_foreign.py FILE`
prints what each version is called, as what, and its root."""
import hashlib
import os
import re
import sys

from read_store import check

LIMIT = 67108864
KINDS = {None: "file", ".dir": "directory", ".exec": "executable"}
VERSION = re.compile(
    r"((?:md5|md5-dos2unix):[0-9a-f]{32}|sha256:[0-9a-f]{64})(\.dir|\.exec)? r1:([0-9a-f]{64})")


def read(data, name):
    check(len(data) <= LIMIT, "size")
    check(hashlib.sha256(data).hexdigest() == name, "name")
    first, *lines = data.decode("ascii", "replace").split("\n")
    check(first == "mlops-foreign 1" and lines and lines.pop() == "", "form")
    before = ""
    for line in lines:
        version = VERSION.fullmatch(line)
        check(version, "version")
        check(before < line.split(" ")[0], "order")
        before = line.split(" ")[0]
        yield f"{KINDS[version[2]]} {version[1]}: {version[3]}"


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        print(*read(file.read(), os.path.basename(sys.argv[1])), sep="\n")
