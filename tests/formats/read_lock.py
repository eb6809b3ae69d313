#!/usr/bin/env python3
"""Reads a lock from mlops-lock(5) alone. `read_lock.py FILE` prints what each instance used and
made, one fact a line; `read_lock.py --write FILE` prints the lock in its canonical form."""
import json
import re

from read_store import check
from strict import GRADES, LIMIT, depth_of, is_count, is_environment, is_hex, is_path, is_root
from strict import is_text, json_text, keys_of, main, read_json, read_toml
from strict import toml_string, toml_table, toml_value

INVISIBLE = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
RESERVED = re.compile(r"(\.git|git~1|\.mlops|mlops~1)[. ]*(:|\Z)", re.A | re.I)
EMPTY = {"matrix": {}, "params": {}, "deps": [], "outs": []}


def is_node_name(name):
    parts = INVISIBLE.sub("", name).replace("\u017f", "s").split("\\")
    return len(name.encode()) <= 255 and not any(map(RESERVED.match, parts))


def holds(value):
    """Whether TOML can hold a value of JSON."""
    if isinstance(value, list):
        return depth_of(value) <= 4 and all(map(holds, value))
    if is_text(value):
        return "\0" not in value
    return isinstance(value, float) or type(value) in (bool, int) and -LIMIT <= value < LIMIT


def parameter(value):
    if isinstance(value, dict):
        text = keys_of(value, ["json"])["json"]
        check(is_text(text), "json is no text")
        return read_json(text)
    check(holds(value), "a list that is too deep or holds a table")
    return value


def check_dep(dep):
    check(is_text(dep["path"]) and is_path(dep["path"].encode()), "path of a dep")
    check((dep["root"] is None) != (dep["git"] is None), "a dep has one of root and git")
    check(dep["root"] is None or is_root(dep["root"]), "root of a dep")
    check(dep["git"] is None or is_hex(dep["git"], 40, 64), "git of a dep")


def check_out(out):
    check(is_text(out["path"]) and is_path(out["path"].encode()), "path of an out")
    check(len(out["path"].encode()) <= 4095, "an out's path is too long")
    check(all(map(is_node_name, out["path"].split("/"))), "a name in an out's path")
    check(is_root(out["root"]), "root of an out")
    check(is_count(out["files"]) and is_count(out["bytes"]), "files or bytes of an out")


def by_path(tables, check_one):
    list(map(check_one, tables))
    paths = [table["path"] for table in tables]
    check(len(paths) == len(set(paths)), "a path stands twice in an instance")
    return sorted(tables, key=lambda table: table["path"])


def instance(table):
    it = keys_of(table, ["stage", "cmd", "environment", "grade"], EMPTY)
    for key, empty in EMPTY.items():
        it[key] = empty if it[key] is None else it[key]
        check(type(it[key]) is type(empty), f"{key} is of another type")
    check(is_text(it["stage"]), "stage")
    words = it["cmd"] if isinstance(it["cmd"], list) else [it["cmd"]]
    check(words and all(map(is_text, words)), "cmd")
    check(is_environment(it["environment"]), "environment")
    check(it["grade"] in GRADES, "grade")
    for value in it["matrix"].values():
        check(isinstance(value, (str, int, float)), "a value of the matrix")
    it["matrix"] = [(name, toml_value(value)) for name, value in sorted(it["matrix"].items())]
    it["params"] = [(name, parameter(it["params"][name])) for name in sorted(it["params"])]
    deps = [keys_of(dep, ["path"], ["root", "git"]) for dep in it["deps"]]
    outs = [keys_of(out, ["path", "root", "files", "bytes"]) for out in it["outs"]]
    it["deps"], it["outs"] = by_path(deps, check_dep), by_path(outs, check_out)
    return it


def parse(data):
    """The instances in canonical order; matrix (as it is written) and params as pairs."""
    tables = keys_of(read_toml(data, 64 << 20), ["schema"], ["instance"])["instance"]
    check(type(tables or []) is list, "instance is no list")
    instances = sorted(map(instance, tables or []), key=lambda it: (it["stage"], it["matrix"]))
    names = [(it["stage"], it["matrix"]) for it in instances]
    check(not any(map(tuple.__eq__, names, names[1:])), "two instances with one stage and matrix")
    outs = [out["path"] for it in instances for out in it["outs"]]
    check(len(outs) == len(set(outs)), "two instances with one out")
    return instances


def read(data):
    text = json.dumps
    for it in parse(data):
        axes = [f" {text(name)}={value}" for name, value in it["matrix"]]
        yield f"instance {text(it['stage'])}" + "".join(axes)
        yield f"  cmd {text(it['cmd'])}"
        yield f"  environment {text(it['environment'])} {it['grade']}"
        for name, value in it["params"]:
            yield f"  param {text(name)} {text(value)}"
        for dep in it["deps"]:
            yield f"  dep {text(dep['path'])} {dep['root'] or 'git:' + dep['git']}"
        for out in it["outs"]:
            counts = f"files {out['files']} bytes {out['bytes']}"
            yield f"  out {text(out['path'])} {out['root']} {counts}"


def write(data):
    def param(value):
        if holds(value):
            return toml_value(value)
        return toml_table([("json", toml_string(json_text(value)))])

    def lines(tables, *keys):
        text = ""
        for it in tables:
            row = [(key, toml_value(it[key])) for key in keys if it[key] is not None]
            text += f"  {toml_table(row)},\n"
        return f"[\n{text}]" if text else "[]"

    text = "# written by mlops run; commit it\nschema = 1\n"
    for it in parse(data):
        text += f"""
[[instance]]
stage = {toml_string(it["stage"])}
matrix = {toml_table(it["matrix"])}
cmd = {toml_value(it["cmd"])}
params = {toml_table((name, param(value)) for name, value in it["params"])}
environment = {toml_string(it["environment"])}
grade = {toml_string(it["grade"])}
deps = {lines(it["deps"], "path", "root", "git")}
outs = {lines(it["outs"], "path", "root", "files", "bytes")}
"""
    return text.encode()


if __name__ == "__main__":
    main(read, write)
