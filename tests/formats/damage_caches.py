#!/usr/bin/env python3
"""Damages what is derived: stat caches, run caches and what lies beside them.
`damage_caches.py FORMAT SAMPLE...`"""
import hashlib
import os
import struct

import damaged
import read_run_cache
import read_stat_cache
from damaged import Sample, need
from read_store import crc32c


def stat_cache(path):
    sample = Sample(path, read_stat_cache.read)
    sample.flips(sample.refused)
    sample.cuts()
    sample.refused(sample.data + b"\0", "a byte more")
    files, directories = read_stat_cache.parse(sample.data)

    def built(places, names, below=None, magic=read_stat_cache.MAGIC):
        """With a right crc."""
        below = folders if below is None else below
        body = magic + struct.pack("<QQQ", len(places), len(below), len(names))
        for (offset, length), (_, figures, ident, _) in zip(places, files):
            body += read_stat_cache.FILE.pack(offset, length, *figures, ident)
        for (offset, length), (_, figures, ident, more) in zip(below, directories):
            body += read_stat_cache.DIRECTORY.pack(offset, length, *figures, ident, *more)
        return body + names + struct.pack("<I", crc32c(body + names))

    names, places, folders = b"", [], []
    for entries, into in ((files, places), (directories, folders)):
        for name, *_ in entries:
            into.append((len(names), len(name)))
            names += name

    def moved(some):
        return [(offset + 1, length) for offset, length in some]

    sample.taken(built(moved(places), b"/" + names + b"/", moved(folders)), "bytes around the names")
    sample.refused(built(places, names, magic=b"MLSTATC2"), "another version", "magic")
    sample.refused(built([(0, 0)] + places[1:], names), "no path", "place")
    sample.refused(built([places[1], places[0]] + places[2:], names), "another order", "sorted")
    sample.refused(built([places[1]] + places[1:], names), "a path twice", "sorted")
    sample.refused(built(places, names, [(0, 0)] + folders[1:]), "no path of a directory", "place")
    sample.refused(built(places, names, [folders[1], folders[0]]), "directories in another order", "sorted")
    for last in ((len(names), 1), (len(names) - 1, 2), ((1 << 64) - 1, 2), (0, (1 << 32) - 1)):
        sample.refused(built(places[:-1] + [last], names), f"path at {last}", "place")
        sample.refused(built(places, names, folders[:-1] + [last]), f"directory at {last}", "place")
    for at, count in ((8, len(files)), (16, len(directories))):
        for other in (0, count - 1, count + 1, 1 << 63):
            body = sample.data[:at] + struct.pack("<Q", other) + sample.data[at + 8 : -4]
            sample.refused(body + struct.pack("<I", crc32c(body)), f"{other} at {at}", "length")


def run_cache(path):
    name = os.path.basename(path)
    sample = Sample(path, lambda data: read_run_cache.read(data, name))
    sample.cuts()
    if name == "paths.json":
        sample.flips(sample.told)
        sample.refused(sample.data + b"]", "more")
        bad = [b'"642f7"', b'"642F78"', b'"2f78"', b'"2e2e"', b'""', b"1", b'"64007g"']
        sample.swap(b'"642f78"', *bad)
    elif name == "last-key.json":
        sample.flips(sample.told)
        parts(sample, bytes)
        more = sample.read(sample.swapped(b'["workdir"', b'["substituted rows","1"],["workdir"'))
        need(more[0] == sample.text[0], "what is substituted is part of the key")
    else:
        sample.flips(sample.refused)
        entry(sample)


def parts(sample, built):
    def swap(old, *news):
        sample.swap(old, *news, finish=built)

    swap(b'n":1', b'n":2', b'n":1.0', b'n":true', b'n":1,"version":1', b'n":1,"zz":1')
    platform = [b"", b'["platform","x"],', b'["platform"],', b'["platform",1],', b'"platform",']
    swap(b'["platform","linux/amd64"],', *platform)
    swap(b'["env LANG","unset"],', b'["env LANG","x"],', b'["more","x"],', b'["more x","x"],')
    swap(b'"param train.lr","0.1"', b'"param train.lr","0.10"', b'"param train.lr",""')
    swap(b'"file 12 ', b'"file  12 ', b'"file 012 ', b'"link 12 ', b'"file 12 A', b'"file -1 ')
    swap(b'["dep run.sh"', b'["dep /run.sh"', b'["dep ../run.sh"', b'["dep a"', b'["dep src/a.py"')
    swap(b'["out m.json","metrics', b'["out m.json","metric', b'["out m.json","metrics ')
    swap(b'{"hex":"61', b'{"hex":"6', b'{"hex":"6A', b'{"text":"61', b'{"hex":1,"x":"61')
    swap(b"20373a7079", b"20383a7079", b"2030373a7079", b"20373b7079")  # the length of "python3"
    swap(b'["workdir","."]', b'["workdir",".."]', b'["workdir",{"hex":"2e"}]', b'["workdir",""]')


def entry(sample):
    def built(data):
        """With a right digest."""
        value = data[read_run_cache.HEAD :]
        digest = hashlib.sha256(bytes.fromhex(sample.name) + value).digest()
        return read_run_cache.MAGIC + digest + value

    def swap(old, *news):
        sample.swap(old, *news, finish=built)

    parts(sample, built)
    swap(b'["env LC_ALL","set C.UTF-8"]', b'["env LC_ALL","set C"]')
    swap(b'["workdir"', b'["substituted rows","1"],["workdir"')
    swap(b'"grade":"observed"', b'"grade":"good"', b'"grade": "observed"')
    swap(b'{"environment":"process:04', b'{"environment":"process:05', b'{"environment":"')
    swap(b'"root":null', b'"root":"r1:' + b"0" * 64 + b'"', b'"root":0')
    swap(b'"root":"r1:06', b'"root":"r1:0', b'"root":"R1:06')
    swap(b'"kind":4', b'"kind":5', b'"kind":1', b'"kind":true', b'"kind":"4"')
    swap(b'"path":"model.bin"', b'"path":"other"', b'"path":"m.json"', b'"path":1')
    swap(b'"run":"2', b'"run":".2', b'"run":"/', b'"run":"-')
    sample.refused(built(sample.data + b"\n"), "white space", "white space")
    sample.refused(built(sample.data[: read_run_cache.HEAD] + b"value"), "no JSON", "JSON")
    sample.refused(built(sample.data + b" " * (16 << 20)), "too many bytes", "size")
    for other in (sample.name[::-1], sample.name[:-1] + f"{int(sample.name[-1], 16) ^ 1:x}"):
        renamed = Sample.__new__(Sample)
        renamed.reader = lambda data, key=other: read_run_cache.read(data, key)
        need(renamed.read(sample.data) == "damage_caches.py: digest", f"taken for {other}")


damaged.main({"stat_cache": stat_cache, "run_cache": run_cache})
