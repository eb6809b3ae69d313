#!/usr/bin/env python3
"""Reads entries of the run cache from mlops-store(5), and last keys and paths.json from
mlops-layout(5), alone. `read_run_cache.py FILE` takes a file for what its name says: paths.json, 64
hex digits for an entry, else a last key. It prints the key, made anew of its parts, the parts, and
which outs an entry has."""
import hashlib
import os
import re
import struct
import sys

from read_store import KINDS, check
from strict import GRADES, is_count, is_environment, is_hex, is_path, is_root, is_run, is_text
from strict import json_text, keys_of, main, read_json, shown

MAGIC = b"mlops result 1\n"
HEAD = len(MAGIC) + 32


def from_hex(digits):
    check(is_text(digits) and is_hex(digits, len(digits)) and len(digits) % 2 == 0, "hex")
    return bytes.fromhex(digits)


def bytes_of(value):
    """A text, or the hex digits of what is no UTF-8."""
    if is_text(value):
        return value.encode()
    raw = from_hex(keys_of(value, ["hex"])["hex"])
    check("\ufffd" in raw.decode("utf-8", "replace"), "hex of what is UTF-8")
    return raw


def form(pattern):
    return lambda text: re.fullmatch(pattern, text, re.S)


def is_parameter(text):
    return json_text(read_json(text)).encode() == text


def is_command(text):
    kind, space, rest = text.partition(b" ")
    while rest:
        length, colon, rest = rest.partition(b":")
        size = int(length) if re.fullmatch(b"0|[1-9][0-9]*", length) else -1
        if size < 0 or rest[size : size + 1] != b",":
            return False
        rest = rest[size + 1 :]
    return kind in (b"argv", b"shell") and space and text[-1:] == b","


PLAIN = {
    b"command": is_command,
    b"workdir": lambda text: text == b"." or is_path(text),
    b"environment": lambda text: is_environment(shown(text)),
    b"platform": form(b"linux/(amd64|arm64|other)"),
}
NAMED = {
    b"dep": form(b"(file|executable|symlink|directory) (0|[1-9][0-9]*) [0-9a-f]{64}"),
    b"param": is_parameter,
    b"env": form(b"set .*|unset"),
    b"secret": form(b"env|file"),
    b"gpu": form(b"asked"),
    b"out": form(b"(data|metrics|plot)( persist)?( uncached)?"),
}
SUBSTITUTED = {b"substituted": is_parameter}


def parts_of(value, named):
    """The parts by name, both as bytes."""
    check(type(value) is list, "parts")
    check(all(type(part) is list and len(part) == 2 for part in value), "a part is no pair")
    parts = [tuple(map(bytes_of, part)) for part in value]
    names = [name for name, _ in parts]
    check(names == sorted(set(names)), "parts are not sorted")
    check(set(names) >= set(PLAIN), "a part is missing")
    for name, text in parts:
        kind, space, rest = name.partition(b" ")
        holds = (named if space else PLAIN).get(kind)
        check(holds and holds(text), f"part {name}")
        check(kind not in (b"dep", b"out") or is_path(rest), f"path of part {name}")
    return dict(parts)


def key_of(parts):
    """Of parts in the order of their names."""
    texts = [b"mlops-run-key/1"]
    for name, text in parts.items():
        texts += [] if name.startswith(b"substituted ") else [name, text]
    records = b"".join(struct.pack("<Q", len(text)) + text for text in texts)
    return hashlib.sha256(records).hexdigest()


def versioned(value, *keys):
    table = keys_of(value, ["version", *keys])
    check(type(table["version"]) is int and table["version"] == 1, "version")
    return table


def lines_of(key, parts):
    return [f"key {key}"] + [f"  {shown(name)}: {shown(text)}" for name, text in parts.items()]


def line_of(out, part):
    """Of an out, and of the key's part that declares it."""
    check(type(out["kind"]) is int and out["kind"] in KINDS, "kind of an out")
    kind = KINDS[out["kind"]]
    check(is_count(out["files"]) and is_count(out["size"]), "files or size of an out")
    check(kind == "directory" or out["files"] == 1, "files of what is no directory")
    check(is_hex(out["id"], 64), "id of an out")
    check(out["root"] is None if part.endswith(b" uncached") else is_root(out["root"]), "root")
    counts = f"{kind} files {out['files']} bytes {out['size']}"
    return f"  {shown(bytes_of(out['path']))}: {counts} {out['id']} {out['root'] or 'uncached'}"


def read_entry(data, key):
    check(data[: len(MAGIC)] == MAGIC and len(data) <= HEAD + (16 << 20), "magic or size")
    digest = hashlib.sha256(bytes.fromhex(key) + data[HEAD:]).digest()
    check(data[len(MAGIC) : HEAD] == digest, "digest")
    value = read_json(data[HEAD:])
    between = re.sub(rb'"([^"\\]|\\.)*"', b"", data[HEAD:])
    check(not re.search(rb"\s", between), "white space")
    entry = versioned(value, "environment", "grade", "outs", "parts", "run")
    check([*value] == sorted(value), "keys are not sorted")
    parts = parts_of(entry["parts"], NAMED)
    check(key_of(parts) == key, "the parts are those of another key")
    check(bytes_of(entry["environment"]) == parts[b"environment"], "two environments")
    check(entry["grade"] in GRADES and is_run(entry["run"]), "grade or run")
    check(type(entry["outs"]) is list, "outs")
    outs = [keys_of(out, ["files", "id", "kind", "path", "root", "size"]) for out in entry["outs"]]
    names = [b"out " + bytes_of(out["path"]) for out in outs]
    check(sorted(names) == [name for name in parts if name[:4] == b"out "], "outs of another key")
    lines = [line_of(out, parts[name]) for out, name in zip(outs, names)]
    return lines_of(key, parts) + [f"run {entry['run']} {entry['grade']}"] + lines


def read_last_key(data):
    parts = parts_of(versioned(read_json(data), "parts")["parts"], {**NAMED, **SUBSTITUTED})
    return lines_of(key_of(parts), parts)


def read_paths(data):
    value = read_json(data)
    check(type(value) is list, "no list")
    paths = list(map(from_hex, value))
    check(all(map(is_path, paths)), "a path")
    return [f"{number} {shown(path)}" for number, path in enumerate(paths)]


def read(data, name):
    if name == "paths.json":
        return read_paths(data)
    return read_entry(data, name) if is_hex(name, 64) else read_last_key(data)


if __name__ == "__main__":
    main(lambda data: read(data, os.path.basename(sys.argv[1])))
