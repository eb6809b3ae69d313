#!/usr/bin/env python3
"""Reads a remote from mlops-remote(7) and mlops-store(5) alone. `read_remote.py REMOTE` prints the heads, what
the newest one adds up to, and one line per file of every root: root, kind, size, SHA-256 of the content, path."""
import hashlib
import os
import re
import sys

from read_store import Pack, Reader, Store, check, object_id


class Remote(Store):
    def __init__(self, top):
        self.top, self.places = top, {}
        self.live = {"pack": {}, "index": {}, "root": {}, "session": set()}
        self.trash = {"pack": set(), "index": set()}
        self.heads, self.states = [], 0
        self.id = self.read_format()
        self.read_heads()
        packs = {}
        for session, name in sorted(self.live["pack"]):
            packs[name] = Pack(os.path.join(self.top, "packs", session, name))
            check(len(packs[name].data) == self.live["pack"][session, name], "size of a pack")
            self.places.update(packs[name].objects())
        for name, size in sorted(self.live["index"].items()):
            check(os.path.getsize(os.path.join(self.top, "index", name)) == size, "size of an index")
            self.check_index(name, packs)

    def bytes_of(self, *key):
        with open(os.path.join(self.top, *key), "rb") as file:
            return file.read()

    def read_format(self):
        match = re.fullmatch(rb"mlops-remote 1\nid ([0-9a-f]{32})\n", self.bytes_of("format"))
        check(match, "unknown format or feature")
        return bytes.fromhex(match.group(1).decode())

    def front(self, reader, magic):
        check(reader.take(10) == b"\x89" + magic + b"\r\n\x1a", "magic")
        check(reader.u(2) == 1 and reader.u(4) == 0, "version or read flag")
        reader.u(4)

    def read_heads(self):
        previous = bytes(32)
        for number, name in enumerate(sorted(os.listdir(os.path.join(self.top, "head"))), 1):
            check(name == f"{number:012}", "a gap in the heads")
            data = self.bytes_of("head", name)
            check(len(data) <= 8192, "size of a head")
            head = Reader(data)
            self.front(head, b"MLHEAD")
            check(head.take(16) == self.id and head.u(8) == number, "id or number of a head")
            check(head.take(32) == previous, "a head does not follow the one before")
            head.take(16)
            states = [(head.take(32).hex(), head.varint()) for _ in range(head.varint())]
            sessions = [(head.take(16).hex(), head.u(8)) for _ in range(head.varint())]
            head.end()
            self.heads.append((number, len(states), len(sessions)))
            previous = hashlib.sha256(data).digest()
        for name, size in states:
            data = self.bytes_of("state", name)
            check(hashlib.sha256(data).hexdigest() == name and len(data) == size, "name of a state")
            self.read_state(Reader(data))

    def read_state(self, reader):
        self.front(reader, b"MLSTAT")
        while reader.at < len(reader.data):
            kind = reader.u(1)
            check(1 <= kind <= 10, "kind of a record")
            if kind <= 3:
                self.record(kind, "pack", (reader.take(16).hex(), reader.take(32).hex()), reader)
            elif kind <= 6:
                self.record(kind - 3, "index", reader.take(32).hex(), reader)
            elif kind == 7:
                name, root = reader.take(32), reader.take(reader.varint())
                check(object_id(4, root) == name, "root id")
                self.live["root"][name.hex()] = (root, reader.take(reader.varint()).decode())
            elif kind == 8:
                del self.live["root"][reader.take(32).hex()]
            elif kind == 9:
                self.live["session"].add(reader.take(16).hex())
            else:
                self.live["session"].remove(reader.take(16).hex())

    def record(self, step, what, name, reader):
        if step == 1:
            check(name not in self.live[what] and name not in self.trash[what], "becomes live twice")
            self.live[what][name] = reader.varint()
        elif step == 2:
            del self.live[what][name]
            self.trash[what].add(name)
        else:
            self.trash[what].remove(name)

    def roots(self):
        for name, (data, data_set) in sorted(self.live["root"].items(), key=lambda root: root[1][1]):
            reader = Reader(data)
            check(reader.take(8) == b"\x89MLROOT\n", "root magic")
            check(reader.u(1) == 1 and reader.u(1) == 1, "root version or chunker profile")
            kind = reader.u(1)
            reader.take(32)
            top = self.entry(reader, kind, b"")
            reader.end()
            yield name, data_set, top


if __name__ == "__main__":
    REMOTE = Remote(sys.argv[1])
    for HEAD in REMOTE.heads:
        print("head {}: {} states, {} sessions".format(*HEAD))
    print(*(f"{len(REMOTE.live[what])} {what}" for what in ("pack", "index", "root")), sep=", ")
    for ROOT, PATH, TOP in REMOTE.roots():
        for LINE in REMOTE.walk(TOP, PATH):
            print(ROOT[:8], *LINE)
