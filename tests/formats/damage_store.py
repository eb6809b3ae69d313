#!/usr/bin/env python3
"""Damages what a store keeps as text: the foreign map and records of clones.
`damage_store.py FORMAT SAMPLE...`"""
import hashlib
import os
import re
import tempfile

import damaged
import read_clone
import read_foreign
from damaged import Sample, need


def foreign(path):
    sample = Sample(path, lambda data: read_foreign.read(data, os.path.basename(path)))
    sample.flips(sample.refused)
    sample.cuts()
    sample.refused(sample.data + b"\n", "a byte more", "digest")
    for name in (sample.name.upper(), sample.name[1:], sample.name + "0", "README"):
        renamed = Sample(path, lambda data, name=name: read_foreign.read(data, name))
        need(isinstance(renamed.text, str), f"taken for {name}")
    # Under the right name only the form is left to tell.
    sample = Sample(
        path, lambda data: read_foreign.read(data, hashlib.sha256(data).hexdigest())
    )
    sample.flips(sample.told)
    ends = [match.end() for match in re.finditer(rb"\n", sample.data)]
    sample.cuts(ends)
    need(sample.read(sample.data[: ends[0]]) == [], "a file of no version")
    for at, line in enumerate(sample.lines):
        sample.twice(at)
        if at > 1:
            swapped = [line, sample.lines[at - 1]]
            lines = sample.lines[: at - 1] + swapped + sample.lines[at + 1 :]
            sample.refused(b"".join(lines), f"line {at} before {at - 1}", "order")
    sample.swap(b"foreign 1\n", b"foreign 2\n", b"foreign 01\n", b"foreign 1 \n", b"foreign 1\r\n")
    sample.swap(b"foreign 1\n", b"foreign 1\n\n", b"foreign 1\n# more\n", b"foreign 1")
    root = b"r1:" + b"02" * 32
    lower = sample.swapped(root, b"r1:" + b"ab" * 32)
    need(not isinstance(sample.read(lower), str), "letters in a root")
    others = [b"r2:" + b"02" * 32, b"R1:" + b"02" * 32, b"r1:" + b"AB" * 32]
    sample.swap(root, *others, root[:-1], root + b"0", root[3:], b"-")
    name = b"sha256:" + b"0c" * 32
    others = [b"sha1:" + b"0c" * 20, b"sha256:" + b"0c" * 16, b"sha256:" + b"0C" * 32, b"sha256"]
    sample.swap(name, *others, name + b".dir.exec", name + b".file", name + b".", b" " + name)
    sample.swap(name + b" ", name, name + b"  ", name + b"\t", name + b"\n")
    sample.swap(b"md5:0b", b"md5:", b"md5:0b0b", b"MD5:0b", b"md5 :0b", b"md6:0b", b"0b")
    for suffix in (b".dir", b".exec"):  # any hash has both
        said = sample.read(sample.swapped(name, name + suffix))
        need(not isinstance(said, str), f"{suffix} of a SHA-256: {said}")
    line = b"md5:%032x r1:" + b"0" * 64 + b"\n"
    count = (read_foreign.LARGEST - len(sample.lines[0])) // len(line % 0)
    large = sample.lines[0] + b"".join(line % at for at in range(count))
    need(len(sample.read(large)) == count, "a file that is as large as it may be")
    sample.refused(large + line % count, "too many bytes", "size")
    lookup(sample)


def lookup(sample):
    """What a store makes of its files."""

    def put(directory, name, data):
        os.makedirs(os.path.join(store, directory), exist_ok=True)
        with open(os.path.join(store, directory, name), "wb") as file:
            file.write(data)

    def version(root):
        data = sample.lines[0] + b"md5:" + b"0b" * 16 + b" r1:" + root * 32 + b"\n"
        put("foreign", hashlib.sha256(data).hexdigest(), data)

    with tempfile.TemporaryDirectory() as store:
        need(read_foreign.lookup(store) == {}, "a store without a map")
        version(b"02")
        need(read_foreign.lookup(store) == {}, "a root that is not there")
        for root in (b"01", b"03", b"04"):
            version(root)
        put("roots", "03" * 32, b"")
        here = {"md5:" + "0b" * 16: "03" * 32}
        need(read_foreign.lookup(store) == here, "the one root of several that is there")
        put("foreign", "README", b"")
        need(read_foreign.lookup(store) == here, "a file that is no part of the map")

        def refused(because):
            try:
                need(False, f"{because}: {read_foreign.lookup(store)} in spite of it")
            except SystemExit as refusal:
                need(str(refusal).endswith(because), f"{because}: {refusal}")

        put("foreign", "0" * 64, sample.data)
        refused("digest")
        damaged_one = os.path.join(store, "foreign", "0" * 64)
        os.rename(damaged_one, os.path.join(store, "elsewhere"))
        os.symlink(os.path.join(store, "elsewhere"), damaged_one)
        refused("no file")
        os.remove(damaged_one)
        os.mkdir(damaged_one)
        refused("no file")


def clone(path):
    name = os.path.basename(path)
    sample = Sample(path, lambda data: read_clone.read(data, name))
    if name == "clone-id":
        sample.flips(sample.told, spare=rb"\n")  # one bit makes other white space of it
        sample.cuts([32])
        for data in (sample.data[:-1], b" \t\v" + sample.data, sample.data[:-1] + b"\r\n"):
            sample.taken(data, "white space")
            need(read_clone.written(data, name) == sample.data, "white space is kept in writing")
        sample.taken(sample.data.ljust(64), "64 bytes")
        sample.refused(sample.data.ljust(65), "65 bytes", "size")
        bad = [sample.data.upper(), sample.data * 2, b"0" + sample.data, sample.data[1:], b"\n"]
        bad += [b"", b"\0" + sample.data, sample.data + b"\0", sample.data[:31] + b"\xff\n"]
        for data in bad:
            sample.refused(data, f"{data} is no id")
        return
    sample.flips(sample.told)
    head = len(sample.lines[0]) + len(sample.lines[1])
    sample.cuts(range(head + 1, len(sample.data)))
    for data, what in ((sample.data[:-1], "cut"), (sample.data + b"\n", "a line feed more")):
        sample.told(data, what)
        need(not isinstance(sample.read(data), str), f"another path is refused: {what}")
    for other in (name.upper(), name[1:], name + "0", "README"):
        renamed = Sample(path, lambda data, other=other: read_clone.read(data, other))
        need(isinstance(renamed.text, str), f"taken for {other}")
    versions = [b"clone 2\n", b"clone 01\n", b"clone 1 \n", b"clone 1\r\n", b"clone 1"]
    sample.swap(b"clone 1\n", *versions)
    digits = sample.lines[1][6:-1]
    large = b"%d" % (1 << 64)
    bad = [b"", b"-" + digits, b"+" + digits, b" " + digits, digits + b" ", b"0x1", large]
    sample.swap(digits, *bad, b"9" * 9999, "\u0661".encode())
    for zeros in (1, 9999):
        data = sample.swapped(digits, b"0" * zeros + digits)
        sample.taken(data, "zeros before")
        need(read_clone.written(data, name) == sample.data, "zeros are kept in writing")
    for number in (b"0", b"%d" % ((1 << 64) - 1)):
        said = sample.read(sample.swapped(digits, number))
        need(said[1] == f"  inode {number.decode()}", f"inode {number}: {said}")
    sample.swap(b"\n/tmp", b"\ntmp", b"\n\n/tmp", b"\n /tmp", b"\n./tmp", b"\n/\0tmp")
    sample.refused(sample.data[:head], "no path")
    sample.told(sample.data.ljust(65536, b"x"), "65536 bytes")
    sample.refused(sample.data.ljust(65537, b"x"), "too many bytes", "size")
    states(name)


def states(name):
    """What a clone is to a store that knows it, or others."""
    with tempfile.TemporaryDirectory() as store:
        common = os.fsencode(os.path.join(store, "c\n/.git"))
        os.makedirs(os.path.join(common, b"mlops"))
        os.mkdir(os.path.join(store, "clones"))

        def record(inode, path, other=name):
            with open(os.path.join(store, "clones", other), "wb") as file:
                file.write(read_clone.write(inode, path))

        def said(first, *rest):
            lines = list(read_clone.state(common, os.fsencode(store)))
            right = lines[0].startswith(first) and lines[1:] == list(rest)
            need(right, f"a clone that {first} {rest}: {lines}")

        said("has no id")
        record(1, common)
        said("has no id", f"lies where {name} lay")
        with open(os.path.join(common, b"mlops", b"clone-id"), "w") as file:
            file.write(f"{name}\n")
        inode = os.stat(file.name).st_ino
        said("has changed")
        record(inode, common)
        said("is known")
        record(inode, b"/else")
        said("has changed")
        record(inode + 1, b"/else")
        said("is a copy")
        os.rename(os.path.join(store, "clones", name), os.path.join(store, "clones", "README"))
        said("is not known")
        record(inode, common, "f" * 32)
        said("is not known", f"lies where {'f' * 32} lay")


damaged.main({"foreign": foreign, "clone": clone})
