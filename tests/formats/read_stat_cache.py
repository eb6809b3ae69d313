#!/usr/bin/env python3
"""Reads a stat cache from mlops-stat-cache(5) alone. `read_stat_cache.py FILE` prints one line per
entry: the id and what stat(2) said, in the order of the page, and the path; `--write FILE` prints
the cache as the page has it written."""
import struct

from read_store import check, crc32c
from strict import main, shown

MAGIC = b"MLSTATC2"
ENTRY = struct.Struct("<QIIIQQQQqq32s")
NAMES = ["mode", "owner", "size", "device", "inode", "links", "mtime", "ctime"]


def parse(data):
    """Path, figures and id of each entry."""
    check(data[:8] == MAGIC and len(data) >= 28, "magic")
    count, size = struct.unpack_from("<QQ", data, 8)
    check(len(data) == 28 + 100 * count + size, "length of the file")
    check(data[-4:] == struct.pack("<I", crc32c(data[:-4])), "crc")
    names, entries = data[24 + 100 * count : -4], []
    for offset, length, *figures, ident in ENTRY.iter_unpack(data[24 : 24 + 100 * count]):
        check(length >= 1 and offset + length <= size, "place of a path")
        path = names[offset : offset + length]
        check(not entries or entries[-1][0] < path, "paths are not sorted")
        entries.append((path, figures, ident))
    return entries


def read(data):
    for path, (mode, *others), ident in parse(data):
        figures = [f"{name}={value}" for name, value in zip(NAMES[1:], others)]
        yield " ".join([ident.hex(), f"mode={mode:04o}", *figures, shown(path)])


def write(data):
    entries, names = b"", b""
    for path, figures, ident in parse(data):
        entries += ENTRY.pack(len(names), len(path), *figures, ident)
        names += path
    body = MAGIC + struct.pack("<QQ", len(entries) // 100, len(names)) + entries + names
    return body + struct.pack("<I", crc32c(body))


if __name__ == "__main__":
    main(read, write)
