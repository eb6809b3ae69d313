#!/usr/bin/env python3
"""Reads a store from mlops-store(5) alone. `read_store.py STORE` prints one line per file of every
root: root, kind, size, SHA-256 of the content, path. `--vectors` prints the page's test vectors."""
import hashlib
import os
import struct
import subprocess
import sys

CRC_TABLE = []
for value in range(256):
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    CRC_TABLE.append(value)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def check(holds, problem):
    if not holds:
        raise SystemExit(f"{os.path.basename(sys.argv[0])}: {problem}")


class Reader:
    """Fields in order, all bounded."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        check(count <= len(self.data) - self.at, "field runs past the end")
        self.at += count
        return self.data[self.at - count : self.at]

    def u(self, size):
        return int.from_bytes(self.take(size), "little")

    def varint(self):
        value, shift = 0, 0
        while True:
            byte = self.u(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                check(value < 1 << 63 and (byte or not shift), "bad varint")
                return value
            shift += 7
            check(shift < 70, "varint is too long")

    def zero(self, count):
        check(not any(self.take(count)), "reserved bytes are not zero")

    def end(self):
        check(self.at == len(self.data), "bytes are left over")


TYPES = {1: "chunk", 2: "file", 3: "node", 4: "root"}
KINDS = {1: "file", 2: "executable", 3: "symlink", 4: "directory"}


def object_id(kind, content):
    return hashlib.sha256(b"mlops\0" + bytes([kind, 1]) + content).digest()


def zstd_decode(stored):
    return subprocess.run(["zstd", "-dc"], input=stored, stdout=subprocess.PIPE, check=True).stdout


class Pack:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        check(hashlib.sha256(self.data).hexdigest() == os.path.basename(path), "pack name")
        head = Reader(self.data[:64])
        check(head.take(10) == b"\x89MLPACK\r\n\x1a", "pack magic")
        check(head.u(2) == 1, "pack version")
        check(head.u(4) == 0, "unknown read flag")
        head.u(4)
        head.take(32)
        head.zero(8)
        check(head.u(4) == crc32c(self.data[:60]), "header crc")
        self.blocks = {}

    def toc(self):
        raw = self.data[-32:]
        tail = Reader(raw)
        offset, length, toc_crc, crc = tail.u(8), tail.u(4), tail.u(4), tail.u(4)
        tail.zero(4)
        check(tail.take(8) == b"MLPEND\r\n" and crc == crc32c(raw[:16]), "tail")
        check(offset + length + 32 == len(self.data), "toc place")
        data = self.data[offset : offset + length]
        check(toc_crc == crc32c(data), "toc crc")
        toc, end = Reader(data), 64
        for _ in range(toc.u(4)):
            toc.zero(16)
            check(toc.u(8) == end, "section offset")
            end += toc.u(8)
            toc.zero(32)
        check(end == offset, "sections do not cover the blocks")
        end = 64
        for _ in range(toc.u(4)):
            start, size, members = toc.u(8), toc.u(4), toc.u(4)
            check(start == end, "block offset")
            end += size
            yield start, size, members
        toc.end()
        check(end == offset, "entries do not cover the blocks")

    def head(self, offset):
        reader = Reader(self.data[offset:])
        check(reader.take(4) == b"\xb1MLB", "block magic")
        codec = reader.u(1)
        reader.zero(1)
        reader.u(2)
        plain, stored, count, stored_crc, head_crc = (reader.u(4) for _ in range(5))
        check(codec < 2 and 1 <= count <= 65536 and stored <= plain <= 4194304, "block head")
        members = [(reader.u(1), reader.u(4), reader.take(32)) for _ in range(count)]
        start = offset + reader.at
        covered = self.data[offset : offset + 24] + self.data[offset + 28 : start]
        check(head_crc == crc32c(covered), "head crc")
        check(sum(member[1] for member in members) == plain, "lengths do not add up")
        return codec, plain, stored, stored_crc, members, start

    def plain(self, offset):
        if offset not in self.blocks:
            codec, plain, size, crc, _, start = self.head(offset)
            stored = self.data[start : start + size]
            check(crc == crc32c(stored), "stored crc")
            self.blocks[offset] = zstd_decode(stored) if codec else stored
            check(len(self.blocks[offset]) == plain, "block has another length")
        return self.blocks[offset]

    def objects(self):
        for offset, size, count in self.toc():
            _, _, stored, _, members, start = self.head(offset)
            check(start + stored == offset + size and len(members) == count, "toc entry")
            inner = 0
            for kind, length, ident in members:
                yield ident, (self, offset, inner, length, kind)
                inner += length


class Store:
    def __init__(self, top):
        self.top, self.places, packs = top, {}, {}
        with open(os.path.join(top, "format"), encoding="ascii") as file:
            check(file.read() == "mlops-store 1\n", "unknown format or feature")
        for folder in sorted(os.listdir(os.path.join(top, "packs"))):
            for name in sorted(os.listdir(os.path.join(top, "packs", folder))):
                packs[name] = Pack(os.path.join(top, "packs", folder, name))
                self.places.update(packs[name].objects())
        for name in sorted(os.listdir(os.path.join(top, "index"))):
            self.check_index(name, packs)

    def check_index(self, name, packs):
        with open(os.path.join(self.top, "index", name), "rb") as file:
            data = file.read()
        check(hashlib.sha256(data).hexdigest() == name, "index name")
        check(hashlib.sha256(data[:-32]).digest() == data[-32:], "index digest")
        reader = Reader(data)
        check(reader.take(10) == b"\x89MLINDX\r\n\x1a", "index magic")
        check(reader.u(2) == 1 and reader.u(4) == 0, "index version")
        count, records = reader.u(4), reader.u(8)
        reader.zero(4)
        names = []
        for _ in range(count):
            names.append(reader.take(32).hex())
            check(len(packs[names[-1]].data) == reader.u(8), "size of a pack")
        fanout = [reader.u(4) for _ in range(256)]
        check(reader.u(4) == crc32c(data[: reader.at - 4]), "index crc")
        start, previous, seen = reader.at, b"", [0] * 256
        for _ in range(records):
            ident, pack = reader.take(32), names[reader.u(4)]
            offset, inner, last = reader.u(4), reader.u(4), reader.u(4)
            check(ident >= previous, "records are not sorted")
            place = (packs[pack], offset, inner, last & 0xFFFFFF, last >> 24)
            check(self.places[ident] == place, "record and pack disagree")
            previous = ident
            for first in range(ident[0], 256):
                seen[first] += 1
        check(seen == fanout, "fanout")
        for group in range(0, records, 64):
            end = start + min(group + 64, records) * 48
            check(reader.u(4) == crc32c(data[start + group * 48 : end]), "group crc")
        reader.take(32)
        reader.end()

    def read(self, kind, ident):
        check(ident in self.places, f"{TYPES[kind]} {ident.hex()} is missing")
        pack, offset, inner, length, _ = self.places[ident]
        content = pack.plain(offset)[inner : inner + length]
        check(object_id(kind, content) == ident, "content does not match its id")
        return content

    def entry(self, reader, kind, name):
        size = reader.varint()
        files = reader.varint() if kind == 4 else 1
        return {"kind": kind, "name": name, "size": size, "files": files, "id": reader.take(32)}

    def node(self, ident):
        reader = Reader(self.read(3, ident))
        check(reader.u(1) == 1, "node version")
        level, entries = reader.u(1), []
        for _ in range(reader.varint()):
            if level == 0:
                kind = reader.u(1)
                name = reader.take(reader.varint())
                entries.append(self.entry(reader, kind, name))
                continue
            first = reader.take(reader.varint())
            size, files, child = reader.varint(), reader.varint(), reader.take(32)
            below = self.node(child)
            check(below[0]["name"] == first, "first name")
            check(sum(entry["size"] for entry in below) == size, "size of a run")
            check(sum(entry["files"] for entry in below) == files, "files of a run")
            entries += below
        reader.end()
        names = [entry["name"] for entry in entries]
        check(names == sorted(set(names)), "names are not sorted")
        return entries

    def content(self, ident, size):
        if self.places[ident][4] == 1:
            content = self.read(1, ident)
        else:
            reader = Reader(self.read(2, ident))
            check(reader.u(1) == 1, "file version")
            level, parts = reader.u(1), []
            for _ in range(reader.varint()):
                length, part = reader.varint(), reader.take(32)
                parts.append(self.read(1, part) if level == 0 else self.content(part, length))
                check(len(parts[-1]) == length, "length of a part")
            reader.end()
            content = b"".join(parts)
        check(len(content) == size, "size of a file")
        return content

    def walk(self, entry, path):
        if entry["kind"] != 4:
            content = self.content(entry["id"], entry["size"])
            yield KINDS[entry["kind"]], entry["size"], hashlib.sha256(content).hexdigest(), path
            return
        entries = self.node(entry["id"])
        check(sum(child["size"] for child in entries) == entry["size"], "size of a directory")
        check(sum(child["files"] for child in entries) == entry["files"], "files of a directory")
        for child in entries:
            name = child["name"].decode("utf-8", "backslashreplace")
            yield from self.walk(child, f"{path}/{name}")

    def roots(self):
        for name in sorted(os.listdir(os.path.join(self.top, "roots"))):
            with open(os.path.join(self.top, "roots", name), "rb") as file:
                data = file.read()
            check(object_id(4, data).hex() == name, "root id")
            reader = Reader(data)
            check(reader.take(8) == b"\x89MLROOT\n", "root magic")
            check(reader.u(1) == 1 and reader.u(1) == 1, "root version or chunker profile")
            kind = reader.u(1)
            reader.take(32)
            top = self.entry(reader, kind, b"")
            reader.end()
            yield name, top


def vectors():
    seeds = [b"mlops chunker profile 1" + bytes([i]) for i in range(256)]
    gear = [int.from_bytes(hashlib.sha256(seed).digest()[:8], "little") for seed in seeds]

    def cuts(data):
        ends, start, value = [], 0, 0
        for at, byte in enumerate(data, 1):
            value = (2 * value + gear[byte]) % (1 << 64)
            size = at - start
            small = 16384 <= size < 65536 and value >> 46 == 0
            if small or (size >= 65536 and value >> 50 == 0) or size == 262144 or at == len(data):
                ends.append(at)
                start = at
        return ends

    counters = [b"mlops test vector" + struct.pack("<Q", i) for i in range(1 << 15)]
    stream = b"".join(hashlib.sha256(counter).digest() for counter in counters)
    print("crc of \"123456789\"", f"{crc32c(b'123456789'):08x}")
    print("empty chunk", object_id(1, b"").hex())
    print("chunk \"hello\\n\"", object_id(1, b"hello\n").hex())
    print(*(f"G[{i}] 0x{gear[i]:016X}" for i in (0, 1, 255)), sep="\n")
    print("cuts of the first MiB of the test stream", *cuts(stream))
    print("cuts of 600000 zero bytes", *cuts(bytes(600000)))


if __name__ == "__main__" and sys.argv[1:] == ["--vectors"]:
    vectors()
elif __name__ == "__main__":
    STORE = Store(sys.argv[1])
    for ROOT, TOP in STORE.roots():
        for LINE in STORE.walk(TOP, "."):
            print(ROOT[:8], *LINE)
