#!/usr/bin/env python3
"""Reads pointers from mlops-pointer(5) alone. `read_pointer.py FILE` prints root, kind, files and
bytes, `read_pointer.py STORE FILE` those that the root in the store says, which hold;
`read_pointer.py --write FILE` prints the pointer as the page has it written."""
import sys

from read_store import KINDS, Store, check
from strict import is_count, is_root, keys_of, main, read_toml


def parse(data):
    pointer = keys_of(read_toml(data, 4096), ["schema", "root", "kind", "files", "bytes"])
    check(is_root(pointer["root"]), "root")
    check(pointer["kind"] in ("file", "directory"), "kind")
    check(is_count(pointer["files"]) and is_count(pointer["bytes"]), "files or bytes")
    check(pointer["kind"] == "directory" or pointer["files"] == 1, "a file counts as 1")
    return pointer


def read(data):
    return ["{root} {kind} files {files} bytes {bytes}".format_map(parse(data))]


def write(data):
    text = (
        "# mlops data set: the bytes are in the store (mlops data checkout)\n"
        'schema = 1\nroot = "{root}"\nkind = "{kind}"\nfiles = {files}\nbytes = {bytes}\n'
    )
    return text.format_map(parse(data)).encode()


def resolve(data):
    """What the root says, if what it leads to agrees."""
    root, store = parse(data)["root"], Store(sys.argv[1])
    top = dict(store.roots()).get(root[3:])
    check(top, "the store does not have the root")
    sizes = [leaf[1] for leaf in store.walk(top, ".")]
    check(len(sizes) == top["files"] and sum(sizes) == top["size"], "number and size of the files")
    return [f"{root} {KINDS[top['kind']]} files {top['files']} bytes {top['size']}"]


if __name__ == "__main__":
    main(resolve if len(sys.argv) == 3 and sys.argv[1] != "--write" else read, write)
