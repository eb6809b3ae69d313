#!/usr/bin/env python3
"""Reads files of the foreign map from "Foreign versions" of mlops-store(5) alone.
`read_foreign.py FILE...` prints the versions, one a line; `read_foreign.py STORE` those of all
files of a store whose roots are there."""
import hashlib
import os
import re
import sys

from read_store import check

LARGEST = 67108864
HEAD = b"mlops-foreign 1\n"
DIGITS = {b"md5": 32, b"md5-dos2unix": 32, b"sha256": 64}
KINDS = {None: "file", b".dir": "directory", b".exec": "executable"}
LINE = re.compile(rb"((md5|md5-dos2unix|sha256):([0-9a-f]+)(\.dir|\.exec)?) r1:([0-9a-f]{64})")
NAME = re.compile(r"[0-9a-f]{64}")


def parse(data, name):
    """Pairs of the whole name of a version and the hex digits of its root, in order."""
    check(len(data) <= LARGEST, "size")
    check(hashlib.sha256(data).hexdigest() == name, "digest")
    check(data.startswith(HEAD), "version")
    check(data.endswith(b"\n"), "the last line has no end")
    versions, last = [], b""
    for line in data[len(HEAD) :].split(b"\n")[:-1]:
        match = LINE.fullmatch(line)
        check(match and len(match[3]) == DIGITS[match[2]], "form of a line")
        check(last < match[1], "order")
        last = match[1]
        versions.append((match[1].decode(), match[5].decode()))
    return versions


def shown(version, root):
    name, dot, suffix = version.partition(".")
    return f"{KINDS[(dot + suffix).encode() or None]} {name}: {root}"


def read(data, name):
    return [shown(*version) for version in parse(data, name)]


def contents(path):
    check(os.path.isfile(path) and not os.path.islink(path), "no file")
    with open(path, "rb") as file:
        return file.read(LARGEST + 1)


def lookup(store):
    """The map of a store: of each version that it has, a root."""
    found, directory = {}, os.path.join(store, "foreign")
    for name in sorted(os.listdir(directory) if os.path.isdir(directory) else ()):
        if NAME.fullmatch(name):
            for version, root in parse(contents(os.path.join(directory, name)), name):
                if os.path.isfile(os.path.join(store, "roots", root)):
                    found.setdefault(version, root)
    return found


def main(paths):
    for path in paths:
        if os.path.isdir(path):
            lines = [shown(*version) for version in sorted(lookup(path).items())]
        else:
            lines = read(contents(path), os.path.basename(path))
        sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main(sys.argv[1:])
