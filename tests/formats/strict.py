"""What readers of several formats need: TOML as mlops-pointer(5) and mlops-lock(5) narrow it, JSON
that RFC 8259 allows, and both as "Writing" of mlops-lock(5) spells them."""
import decimal
import json
import re
import sys
import tomllib

from read_store import check

LIMIT = 1 << 63
GRADES = ("strong", "pinned", "observed", "weak")


def is_text(value):
    return type(value) is str


def is_count(value):
    return type(value) is int and 0 <= value < LIMIT


def is_hex(value, *lengths):
    return is_text(value) and len(value) in lengths and not re.search("[^0-9a-f]", value)


def is_root(value):
    return is_text(value) and value[:3] == "r1:" and is_hex(value[3:], 64)


def is_environment(value):
    """ "kind:digest"; only a process' digest is described."""
    if not is_text(value):
        return False
    kind, _, digest = value.partition(":")
    return is_hex(digest, 64) if kind == "process" else bool(kind and digest)


def is_run(value):
    return is_text(value) and re.fullmatch(r"[\w,=@][\w\-.,=@]{0,63}", value, re.A)


def is_path(path):
    """Of bytes: relative, "/" between components, none of which is empty, "." or ".."."""
    return b"\0" not in path and not {b"", b".", b".."} & set(path.split(b"/"))


def shown(raw):
    """Bytes in ASCII."""
    return raw.decode("ascii", "backslashreplace")


def strings_of(value, depth=0):
    """Every key and string; checks on the way what TOML has and mlops has not."""
    check(depth <= 8, "a value in more than 8 lists and tables")
    if isinstance(value, (dict, list)):
        for item in value:
            yield from strings_of(item, depth + 1)
        for item in value.values() if isinstance(value, dict) else ():
            yield from strings_of(item, depth + 1)
    elif type(value) is int:
        check(-LIMIT <= value < LIMIT, "an integer beyond 64 bits")
    elif type(value) is float:
        check(abs(value) < float("inf"), "nan or inf")
    else:
        check(isinstance(value, (str, bool)), "a date or a time")
        yield str(value)


def read_toml(data, size):
    check(len(data) <= size, f"more than {size} bytes")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
        marked = any(line.startswith("<<<<<<< ") for line in text.split("\n"))
        check(not marked, "a conflict that git left")
        value = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        check(False, f"TOML: {error}")
    schema = value.get("schema")
    check(type(schema) is int, "no schema")
    check(schema == 1, f"schema {schema} is of a newer mlops: upgrade")
    check(not any("\0" in text for text in strings_of(value)), "a NUL character")
    return value


def keys_of(table, required, optional=()):
    """The table, with None for optional keys that are missing."""
    check(type(table) is dict, "no table")
    known = {*required, *optional}
    check(table.keys() <= known, f"unknown key {sorted(table.keys() - known)}")
    check(table.keys() >= set(required), f"missing key {sorted(set(required) - table.keys())}")
    return {key: table.get(key) for key in known}


def depth_of(value):
    """In how many lists and objects the innermost of them lies, itself counted."""
    items = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth_of, items), default=0) if isinstance(value, (list, dict)) else 0


def read_json(data):
    """Of bytes or text; nested at most 32 deep, as the lock has it."""

    def once(pairs):
        names = [name for name, _ in pairs]
        check(len(names) == len(set(names)), "a key stands twice")
        return dict(pairs)

    def double(spelling):
        check(abs(float(spelling)) < float("inf"), "a number beyond doubles")
        return float(spelling)

    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=once, parse_float=double, parse_constant=double)
        check(depth_of(value) <= 32, "JSON in more than 32 lists and objects")
        json_text(value).encode()  # half a surrogate pair has no UTF-8
        return value
    except (ValueError, RecursionError) as error:
        return check(False, f"JSON: {error}")


def number(value):
    """The shortest decimal that reads as the same double, plain or with an exponent."""
    sign, digits, exponent = decimal.Decimal(repr(abs(value))).normalize().as_tuple()
    sign, digits = "-" * (str(value)[0] == "-"), "".join(map(str, digits))
    point = len(digits) + exponent
    if exponent >= 0:
        plain = str(int(abs(value)))
    elif point > 0:
        plain = digits[:point] + "." + digits[point:]
    else:
        plain = "0." + "0" * -point + digits
    short = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+03d}"
    text = short if len(short) < len(plain) else plain
    return sign + text + ("" if re.search("[.e]", text) else ".0")


def json_text(value):
    if isinstance(value, dict):
        items = (json_text(key) + ":" + json_text(value[key]) for key in sorted(value))
        return "{" + ",".join(items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return number(value) if type(value) is float else json.dumps(value, ensure_ascii=False)


def toml_string(value):
    names = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
    return '"' + re.sub(
        r'["\\\x00-\x1f\x7f]',
        lambda match: names.get(match[0]) or f"\\u{ord(match[0]):04X}",
        value,
    ) + '"'


def toml_table(items):
    """Of pairs of a name and a value that is written already."""
    bare = re.compile(r"[A-Za-z0-9_-]+")
    keys = [(name if bare.fullmatch(name) else toml_string(name), text) for name, text in items]
    return "{ " + ", ".join(f"{key} = {text}" for key, text in keys) + " }" if keys else "{}"


def toml_value(value):
    """Of what TOML can hold."""
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return toml_string(value) if isinstance(value, str) else json_text(value)


def main(read, write=None):
    """`READER FILE` prints what was read, `READER --write FILE` the file as it is to be written."""
    with open(sys.argv[-1], "rb") as file:
        data = file.read()
    if sys.argv[1] == "--write":
        sys.stdout.buffer.write(write(data))
    else:
        print(*read(data), sep="\n")
