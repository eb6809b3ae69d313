#!/usr/bin/env python3
"""Reads a profile from mlops-profile(5) alone. `read_profile.py FILE` prints the counts of each
column, one cell a line; `read_profile.py --write FILE` prints the profile in its one way of writing."""
import hashlib
import json
import re
import struct

from read_store import check
from strict import is_hex, is_text, keys_of, main, read_json

HEAD = b'{"format":"mlops-profile","version":'
MOST = 1 << 53
MASK = (1 << 64) - 1
TAIL = 77
CELL = re.compile(r"([0-9a-f]{0,16})(?:/([1-9]?[0-9]))?:([1-9][0-9]{0,15})")
COLUMN = ["name", "times", "personal", "nulls", "nans", "numbers", "texts", "names"]


def siphash(key, data):
    """SipHash-2-4 of two halves of a key."""
    v = [half ^ word for half, word in zip(key * 2, (0x736F6D6570736575, 0x646F72616E646F6D,
                                                     0x6C7967656E657261, 0x7465646279746573))]

    def left(value, bits):
        return (value << bits | value >> 64 - bits) & MASK

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & MASK
            v[2] = (v[2] + v[3]) & MASK
            v[1], v[3] = left(v[1], 13) ^ v[0], left(v[3], 16) ^ v[2]
            v[0] = (left(v[0], 32) + v[3]) & MASK
            v[2] = (v[2] + v[1]) & MASK
            v[3], v[1] = left(v[3], 21) ^ v[0], left(v[1], 17) ^ v[2]
            v[2] = left(v[2], 32)

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 255
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def hash_of(key, text):
    data = text.encode()
    return siphash(key, struct.pack("<I", len(data)) + data)


def number_of(value):
    bits = value ^ 1 << 63 if value >> 63 else ~value & MASK
    return struct.unpack(">d", struct.pack(">Q", bits))[0]


def is_count(value):
    return type(value) is int and 0 <= value <= MOST


def is_finite(value):
    return abs(number_of(value)) < float("inf")


def read_cells(text, least_bits):
    """Triples of the first value, the shared bits, the rows."""
    check(is_text(text), "cells are no text")
    cells = []
    for token in text.split(" ") if text else ():
        match = CELL.fullmatch(token)
        check(match, "a cell is none")
        digits, bits, rows = match[1], match[2], int(match[3])
        check(bits is None or int(bits) != 4 * len(digits) or not digits, "bits that need not be said")
        check(digits or bits is not None, "a cell without bits")
        bits = 4 * len(digits) if bits is None else int(bits)
        check(bits <= 64 and (bits + 3) // 4 == len(digits), "digits and bits")
        low = int(digits or "0", 16) << 64 - 4 * len(digits)
        check(low & MASK >> bits == 0, "bits that are not shared")
        check(rows <= MOST, "a count")
        check(not cells or cells[-1][0] | MASK >> cells[-1][1] < low, "cells out of order")
        cells.append((low, bits, rows))
    check(len(cells) <= 8192, "too many cells")
    for low, bits, _ in cells if least_bits else ():
        is_infinite = bits == 64 and abs(number_of(low)) == float("inf")
        is_number = bits >= least_bits and is_finite(low) and is_finite(low | MASK >> bits)
        check(is_infinite or is_number, "a cell of what is no number")
    return cells


def read_column(column, rows, key):
    check(type(column) is dict and list(column) == COLUMN, "keys of a column")
    check(is_text(column["name"]), "name of a column")
    check(type(column["times"]) is bool and type(column["personal"]) is bool, "times or personal")
    check(is_count(column["nulls"]) and is_count(column["nans"]), "nulls or nans")
    column["numbers"] = read_cells(column["numbers"], 12)
    column["texts"] = read_cells(column["texts"], 0)
    counted = sum(cell[2] for cell in column["numbers"] + column["texts"])
    check(column["nulls"] + column["nans"] + counted == rows, "the rows of a column")
    names = column["names"]
    check(type(names) is list and len(names) <= 50 and all(map(is_text, names)), "names")
    raw = [name.encode() for name in names]
    check(raw == sorted(set(raw)) and all(len(name) <= 40 for name in raw), "order or size of names")
    singles = {low for low, bits, _ in column["texts"] if bits == 64}
    check(singles >= {hash_of(key, name) for name in names}, "a name without a cell")
    return column


def read_pair(pair, columns):
    check(type(pair) is list and len(pair) == 8, "fields of a pair")
    check(all(map(is_count, pair[:3])) and pair[0] < pair[1] < columns, "columns of a pair")
    check(all(type(value) in (int, float) for value in pair[3:]), "figures of a pair")
    return pair


def parse(data):
    check(data[: len(HEAD)] == HEAD, "no profile")
    check(data[len(HEAD) : len(HEAD) + 2] == b"1,", "another version")
    check(len(data) <= 128 << 20, "too large")
    digest = hashlib.sha256(data[:-TAIL]).hexdigest().encode()
    check(data[-TAIL:] == b'"sha256":"' + digest + b'"}\n', "the digest is another one")
    profile = keys_of(read_json(data), ["format", "version", "key", "files", "rows", "columns",
                                        "pairs", "sha256"])
    check(is_hex(profile["key"], 32), "key")
    check(is_count(profile["files"]) and is_count(profile["rows"]), "files or rows")
    check(type(profile["columns"]) is list and type(profile["pairs"]) is list, "columns or pairs")
    key = [int(profile["key"][:16], 16), int(profile["key"][16:], 16)]
    profile["columns"] = [read_column(one, profile["rows"], key) for one in profile["columns"]]
    names = [column["name"] for column in profile["columns"]]
    check(len(names) == len(set(names)), "a column stands twice")
    profile["pairs"] = [read_pair(pair, len(names)) for pair in profile["pairs"]]
    places = [pair[:2] for pair in profile["pairs"]]
    check(all(map(list.__lt__, places, places[1:])), "pairs out of order")
    check(write_parsed(profile) == data, "it is written in another way")
    return profile


def read(data):
    profile = parse(data)
    yield f"key {profile['key']} files {profile['files']} rows {profile['rows']}"
    for column in profile["columns"]:
        marks = "".join(f" {mark}" for mark in ("times", "personal") if column[mark])
        yield f"column {json.dumps(column['name'])}{marks}"
        yield f"  nulls {column['nulls']} nans {column['nans']}"
        for low, bits, rows in column["numbers"]:
            high = low | MASK >> bits
            ends = sorted(number_of(value) for value in (low, high))
            yield f"  number {' .. '.join(map(repr, ends if bits < 64 else ends[:1]))}: {rows}"
        for low, bits, rows in column["texts"]:
            yield f"  text {low:016x}/{bits}: {rows}"
        for name in column["names"]:
            yield f"  name {json.dumps(name)}"
    for pair in profile["pairs"]:
        yield "pair " + " ".join(map(repr, pair))


def cells_text(cells):
    def token(low, bits, rows):
        digits = f"{low:016x}"[: (bits + 3) // 4]
        told = "" if digits and bits == 4 * len(digits) else f"/{bits}"
        return f"{digits}{told}:{rows}"

    return " ".join(token(*cell) for cell in cells)


def number_text(value):
    return str(value) if type(value) is int else re.sub(r"\.0$", "", repr(value))


def write_parsed(profile):
    def text(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    columns = [
        text({**one, "numbers": cells_text(one["numbers"]), "texts": cells_text(one["texts"])})
        for one in profile["columns"]
    ]
    pairs = ["[" + ",".join(map(number_text, pair)) + "]" for pair in profile["pairs"]]
    body = HEAD.decode() + f'1,"key":"{profile["key"]}","files":{profile["files"]}'
    body += f',"rows":{profile["rows"]},"columns":['
    body += "".join(("," if at else "") + "\n" + one for at, one in enumerate(columns))
    body += '\n],"pairs":['
    body += "".join(("," if at else "") + "\n" + one for at, one in enumerate(pairs))
    body = (body + "\n],\n").encode()
    return body + f'"sha256":"{hashlib.sha256(body).hexdigest()}"}}\n'.encode()


def write(data):
    return write_parsed(parse(data))


if __name__ == "__main__":
    main(read, write)
