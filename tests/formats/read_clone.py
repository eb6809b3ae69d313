#!/usr/bin/env python3
"""Reads records of clones from "Clones" of mlops-store(5) alone. `read_clone.py FILE` prints a
record, or the id in a file clone-id; `read_clone.py --write FILE` writes it again;
`read_clone.py COMMON-DIR STORE` prints what the clone with that git common directory is to a store,
and what it does at its next use."""
import json
import os
import re
import sys

from read_store import check
from strict import is_hex, shown

LARGEST, LARGEST_ID = 65536, 64
RECORD = re.compile(rb"mlops-clone 1\ninode ([0-9]+)\n(/[^\0]*)")


def parse(data, name):
    """Inode and path."""
    check(is_hex(name, 32), "name of the file")
    check(len(data) <= LARGEST, "size")
    match = RECORD.fullmatch(data)
    check(match, "form of a record")
    # int() bounds the digits that it takes.
    digits = match[1].lstrip(b"0")
    check(len(digits) <= 20 and int(digits or b"0") < 1 << 64, "inode")
    return int(digits or b"0"), match[2]


def parse_id(data):
    check(len(data) <= LARGEST_ID, "size")
    digits = data.strip().decode("ascii", "replace")
    check(is_hex(digits, 32), "id of a clone")
    return digits


def read(data, name):
    if name == "clone-id":
        return [f"id {parse_id(data)}"]
    inode, path = parse(data, name)
    return [f"clone {name}", f"  inode {inode}", f"  path {json.dumps(shown(path))}"]


def write(inode, path):
    return b"mlops-clone 1\ninode %d\n%s" % (inode, path)


def written(data, name):
    """The bytes that hold the same, as they are to be written."""
    if name == "clone-id":
        return parse_id(data).encode() + b"\n"
    return write(*parse(data, name))


def contents(path, largest=LARGEST):
    """None if there is no such file."""
    try:
        with open(path, "rb") as file:
            return file.read(largest + 1)
    except FileNotFoundError:
        return None


def state(common, store):
    """What a clone is to a store, what it does, and the clones whose place it has taken."""
    path = os.path.join(os.path.abspath(common), b"mlops", b"clone-id")
    known, own = {}, contents(path, LARGEST_ID)
    directory = os.path.join(store, b"clones")
    for name in map(os.fsdecode, sorted(os.listdir(directory)) if os.path.isdir(directory) else ()):
        if is_hex(name, 32):
            known[name] = parse(contents(os.path.join(directory, os.fsencode(name))), name)
    name = None if own is None else parse_id(own)
    if name is None:
        yield "has no id: makes one"
    elif name not in known:
        yield "is not known: writes its record"
    else:
        inode, place = known[name]
        same = (inode == os.stat(path).st_ino, place == os.path.abspath(common))
        if all(same):
            yield "is known"
        else:
            yield "has changed: writes its record" if any(same) else "is a copy: makes a new id"
    for other, (_, place) in known.items():
        if other != name and place == os.path.abspath(common):
            yield f"lies where {other} lay"


def main(arguments):
    if len(arguments) == 2 and arguments[0] != "--write":
        print(*state(*map(os.fsencode, arguments)), sep="\n")
        return
    data, name = contents(arguments[-1]), os.path.basename(arguments[-1])
    check(data is not None, "no such file")
    if len(arguments) == 2:
        sys.stdout.buffer.write(written(data, name))
    else:
        print(*read(data, name), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
