#!/usr/bin/env python3
"""Reads a stat cache from mlops-stat-cache(5) alone. `read_stat_cache.py FILE` prints one line per
entry, files before directories: the id and what stat(2) said, in the order of the page, of a directory
also what it holds, and the path; `--write FILE` prints the cache as the page has it written."""
import struct

from read_store import check, crc32c
from strict import main, shown

MAGIC = b"MLSTATC3"
FILE = struct.Struct("<QIIIQQQQqq32s")
DIRECTORY = struct.Struct("<QIIIQQQQqq32sQQI")
NAMES = ["mode", "owner", "size", "device", "inode", "links", "mtime", "ctime"]
MORE = ["bytes", "files", "names"]


def table(kind, data, names):
    """Path, figures and id of each entry, and what a directory has besides."""
    entries = []
    for offset, length, *rest in kind.iter_unpack(data):
        check(length >= 1 and offset + length <= len(names), "place of a path")
        path = names[offset : offset + length]
        check(not entries or entries[-1][0] < path, "paths are not sorted")
        entries.append((path, rest[:8], rest[8], rest[9:]))
    return entries


def parse(data):
    check(data[:8] == MAGIC and len(data) >= 36, "magic")
    files, directories, size = struct.unpack_from("<QQQ", data, 8)
    first = 32 + FILE.size * files
    second = first + DIRECTORY.size * directories
    check(len(data) == second + size + 4, "length of the file")
    check(data[-4:] == struct.pack("<I", crc32c(data[:-4])), "crc")
    names = data[second:-4]
    return table(FILE, data[32:first], names), table(DIRECTORY, data[first:second], names)


def read(data):
    for entries in parse(data):
        for path, (mode, *others), ident, more in entries:
            figures = [f"{name}={value}" for name, value in zip(NAMES[1:], others)]
            figures += [f"{name}={value}" for name, value in zip(MORE, more)]
            yield " ".join([ident.hex(), f"mode={mode:04o}", *figures, shown(path)])


def write(data):
    tables, names = [b"", b""], b""
    parsed = parse(data)
    for which, kind in enumerate([FILE, DIRECTORY]):
        for path, figures, ident, more in parsed[which]:
            tables[which] += kind.pack(len(names), len(path), *figures, ident, *more)
            names += path
    counts = struct.pack("<QQQ", len(parsed[0]), len(parsed[1]), len(names))
    body = MAGIC + counts + tables[0] + tables[1] + names
    return body + struct.pack("<I", crc32c(body))


if __name__ == "__main__":
    main(read, write)
