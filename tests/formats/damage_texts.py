#!/usr/bin/env python3
"""Damages pointers, locks, profiles and run records. `damage_texts.py FORMAT SAMPLE...`"""
import hashlib
import re

import damaged
import read_lock
import read_pointer
import read_profile
import read_run_record
from damaged import Sample, need

ZEROS = b"0" * 64
BAD_ROOTS = [b'"r2:' + ZEROS + b'"', b'"' + ZEROS + b'"', b'"R1:' + ZEROS + b'"', b"1", b'["r1:"]']
BAD_ROOTS += [b'"r1:' + digits + b'"' for digits in (b"A" * 64, ZEROS[1:], ZEROS + b"0", b"g" * 64)]
BAD_ROOTS += [b'"r1:' + ZEROS + b'\\n"', b'" r1:' + ZEROS + b'"']
BAD_COUNTS = [b"-1", b"9223372036854775808", b"1.0", b'"1"', b"true", b"1e0", b"[1]", b"01", b"nan"]


def toml(sample, size):
    """What pointers and locks have in common."""
    data = sample.data
    sample.taken(b"\xef\xbb\xbf" + data, "byte order mark")
    sample.taken(data.replace(b"\n", b"\r\n"), "CRLF")
    sample.taken(data[:-1], "no LF at the end")
    sample.taken(data + b"\n# more\n\t\n", "a comment more")
    sample.refused(b"\xef\xbb\xbf" * 2 + data, "two byte order marks")
    sample.refused(data.replace(b"\n", b"\r"), "CR")
    sample.refused(data + b"#\xff\n", "not UTF-8")
    sample.refused(data + b"#\0\n", "NUL")
    sample.refused(data + b"<<<<<<< HEAD\n", "conflict", "conflict")
    sample.refused(b"more = '''\n<<<<<<< x'''\n" + data, "conflict in a string", "conflict")
    sample.refused(b'a = "\\u0000"\n' + data, "NUL as an escape", "NUL")
    sample.refused(b"more = 1\n" + data, "unknown key", "unknown key")
    sample.refused(data + b"[more]\n", "unknown table")
    sample.refused(data + b"#" * (size + 1 - len(data)), "too many bytes", "bytes")
    sample.swap(b"schema = 1", b"schema = 1.0", b'schema = "1"', b"schema = true", b"")
    news = [b"schema = 2\nmore = 1979-05-27\nmost = [[[[[[[[[1]]]]]]]]]", b"schema = 0"]
    sample.swap(b"schema = 1", *news, because="upgrade")
    for at, line in enumerate(sample.lines):
        if line.strip() and line[:1] != b"#":
            sample.twice(at)


def pointer(path):
    sample = Sample(path, read_pointer.read)
    toml(sample, 4096)
    sample.flips(sample.told, spare=b"^#.*")
    number = range(sample.data.index(b"bytes = ") + 9, len(sample.data))
    sample.cuts(number)
    for at in number[:-2]:
        sample.told(sample.data[:at], f"cut after {at} bytes")
    sample.taken(sample.data + b"#" * (4096 - len(sample.data)), "4096 bytes")
    sample.taken(b"".join(reversed(sample.lines)), "another order")
    sample.taken(sample.swapped(b"kind = ", b'"kind"='), "another spelling")
    for at in range(1, 6):
        sample.refused(sample.with_line(at), f"without line {at}")
    root, kind, files, size = (line.split(b" = ")[1].strip() for line in sample.lines[2:])
    sample.swap(root, *BAD_ROOTS)
    sample.swap(kind, b'"File"', b'"symlink"', b'""', b"1", b'["file"]', b'"fi\\u0000le"')
    sample.swap(b"files = " + files, *(b"files = " + bad for bad in BAD_COUNTS))
    sample.swap(b"bytes = " + size, *(b"bytes = " + bad for bad in BAD_COUNTS))
    if kind == b'"file"':
        sample.swap(b"files = 1", b"files = 0", b"files = 2")


def lock(path):
    sample = Sample(path, read_lock.read)
    toml(sample, 64 << 20)
    # A double has many spellings: not every flip there has to show.
    sample.flips(sample.told, 7, rb'^#.*|"float\.\w+" = [^,]+')
    breaks = [match.end() for match in re.finditer(rb"\n", sample.data)]
    sample.cuts({*range(breaks[0]), *breaks, *(at - 1 for at in breaks)}, 3)
    head, *tables = sample.data.split(b"\n[[instance]]\n")
    statements = [re.findall(rb"^\w+ = (?:\[\n[^]]*\]|.*)\n", table, re.M) for table in tables]
    tables = [b"[[instance]]\n" + b"".join(reversed(table)) for table in reversed(statements)]
    other_order = head + b"".join(tables)
    sample.taken(other_order, "another order")
    need(read_lock.write(other_order) == sample.data, "another order is kept in writing")
    for at, line in enumerate(sample.lines):
        if re.match(rb"stage|cmd|environment|grade", line):
            sample.refused(sample.with_line(at), f"without line {at}", "missing key")
    lock_values(sample)
    lock_paths(sample)
    sample.swap(b"fold = 10", b"fold = 2", because="two instances")
    said = sample.read(sample.swapped(b"fold = 10", b"fold = 2.0"))
    need(not isinstance(said, str), f"2.0 beside 2: {said}")


def lock_values(sample):
    sample.swap(b'grade = "weak"', b'grade = "good"', b"grade = 1", b'grade = ["weak"]')
    sample.swap(b'stage = "train-all"', b"stage = 1", b'stage = ["x"]')
    sample.swap(b'["true"]', b"[]", b"[1]", b"1", b'[["true"]]', b"{}")
    sample.swap(b'environment = "process:', b'environment = "process', b'environment = "process:A')
    sample.swap(b"rate = 0.5", b"rate = [0.5]", b"rate = {}", b"rate = nan", b"rate = 1979-05-27")
    bad = [b"1979-05-27", b"07:32:00", b"nan", b"-inf", b"9223372036854775808", b"{}"]
    bad += [b"{ more = 1 }", b"[[[[[1]]]]]", b"[[[[[]]]]]", b"[{ json = '1' }]", b"{ json = 1 }"]
    bad += [b"{ json = '[1' }", b"{ json = '1', more = 1 }", b"{ json = 'NaN' }"]
    bad += [b"{ json = '\"\t\"' }"]
    bad += [b"{ json = '" + b"[" * deep + b"]" * deep + b"' }" for deep in (33, 9999)]
    sample.swap(b"no = false", *(b"no = " + value for value in bad))
    sample.taken(sample.swapped(b"no = false", b"no = { json = ' false ' }"), "JSON without need")
    canonical = [b"10000.0", b"1e+05", b"1e-04", b"0.001", b"1e-07", b"0.00012", b"-1.5e+300"]
    canonical += [rb'{ json = "[null,\"\\b\\u001f/\u007F\",1e+05]" }', rb'"/\u0008\u001F\t"']
    for text in canonical:
        data = sample.swapped(b"no = false", b"no = " + text)
        need(read_lock.write(data) == data, f"{text} is written in another way")
    sample.swap(re.search(rb'"r1:2222\w+"', sample.data)[0], *BAD_ROOTS)
    sample.swap(b"files = 12", *(b"files = " + bad for bad in [*BAD_COUNTS, b"1, more = 1"]))
    sample.swap(b", bytes = 48210331", *(b", bytes = " + bad for bad in BAD_COUNTS), b"")
    git = b'git = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad"'
    both = b'root = "r1:' + ZEROS + b'", ' + git
    sample.swap(git, git[:-2] + b'"', git.upper(), both, b"more = 1", b"git = 1")


def lock_paths(sample):
    bad = [b"", b"/a", b"a/", b"a//b", b".", b"a/./b", b"../a", b"a/..", b"a\\u0000"]
    sample.swap(b'"prepare.py", git', *(b'"' + path + b'", git' for path in [*bad, b"data/raw"]))
    sample.swap(b'"prepare.py", git', b"1, git", b'["a"], git')
    names = [".git", ".GIT/x", "a/git~1", ".mlops", "MLOPS~1", ".git. .", ".git:x", ".git ::$x"]
    names += ["a\\\\.git", ".g\u200cit", ".mlop\u017f", "\ufeff.git", "x" * 256, "x/" * 2047 + "xx"]
    out = b'"data/clean", root = "r1:' + b"21" * 32 + b'", f'
    rest = b', root = "r1:' + ZEROS + b'", f'
    for name in names:
        sample.swap(out, b'"' + name.encode() + b'"' + rest)
        said = sample.read(sample.swapped(b'".git/HEAD"', b'"' + name.encode() + b'"'))
        need(not isinstance(said, str), f"dep {name}: {said}")
    sample.swap(out, *(b'"' + path + b'"' + rest for path in bad), b"1" + rest)
    sample.swap(b'"models/2.bin"', b'"models/1.bin"', because="one out")


def sealed(data):
    """With its digest made right again."""
    body = data[: -read_profile.TAIL]
    return body + b'"sha256":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'


def profile(path):
    sample = Sample(path, read_profile.read)
    sample.flips(sample.refused)
    sample.cuts()
    sample.refused(sample.data + b"\n", "a line more", "digest")
    sample.refused(b" " + sample.data, "a space more")

    def swap(old, *news, because=""):
        sample.swap(old, *news, because=because, finish=sealed)

    swap(b'"version":1', b'"version":2', b'"version":1.0', b'"version":"1"', because="version")
    swap(b'"key":"0706', b'"key":"0706"', b'"key":"070', b'"key":"0706A', b'"key":1,"a":"')
    swap(b'"files":3', *(b'"files":' + bad for bad in BAD_COUNTS), b'"files":3,"files":3')
    swap(b'"rows":100', b'"rows":101', b'"rows": 100', b'"rows":100,"more":1')
    swap(b'"nulls":5', b'"nulls":6', b'"nulls":-1', b'"nulls":null', b'"nans":4,"nulls":5')
    swap(b'"times":false', b'"times":0', b'"times":null', b'"Times":false')
    swap(b'"name":"age"', b'"name":"word"', b'"name":1', b'"name":"\\u0061ge"', b'"name":"\xff"')
    swap(b'"names":["DE","FR"', b'"names":["FR","DE"', b'"names":["DE","DE","FR"', b'"names":["DE","EN","FR"')
    swap(b"bff00/18:7", b"bff00/18:8", b"bff00/18:07", b"bff00/17", b"bff01/18:7", b"bff:7",
         b"bff00/18:", b"bff00/18:7 bff00/18:1", b"BFF00/18:7", b"fff00/18:7", b"bff00/18:7 ")
    swap(b"8000:30", b"8/4:30", b"7fff:30 7fff8000/17:0", b"8000/16:30", b"8000/65:30")
    swap(b"/0:100", b":100", b"/1:100", b"/:100", b"/00:100")
    swap(b"\n[0,1,80,1.5", b"\n[1,0,80,1.5", b"\n[0,5,80,1.5", b"\n[0,1,80,1.50", b"\n[0,1,80,null",
         b"\n[0,1,-80,1.5", b"\n[0,1,80,1.5,0", b"\n[0,1,80,1e999")
    swap(b"\n[0,4,0,", b"\n[0,1,0,", b"[0,4,0,", b"\n[0,4,0.0,")
    swap(b"-2,0.1", b"-2.0,0.1", b"-2,1e-1", b"-2,.1", b"-0,0.1")


def run_record(path):
    sample = Sample(path, read_run_record.read)
    sample.flips(sample.told, 7)
    sample.cuts(range(len(sample.lines[0]), len(sample.data)))
    for at in range(len(sample.lines[0]), len(sample.data), 7):
        sample.told(sample.data[:at], f"cut after {at} bytes")
    member = re.compile(rb'"\w+":(?:\[.*?\]|"(?:[^"\\]|\\.)*"|[^,{}\[\]]+),?')
    for at, line in enumerate(sample.lines):
        sample.twice(at)
        if b'"event":"end"' in line or at == 0:
            sample.refused(sample.with_line(at), f"without line {at}")
        for match in member.finditer(line):
            fewer = (line[: match.start()] + line[match.end() :]).replace(b",}", b"}")
            sample.refused(sample.with_line(at, fewer), f"line {at} without {match[0]}")
        more = line.replace(b"}\n", b',"zz":[{"a":null}]}\n')
        sample.taken(sample.with_line(at, more), f"unknown key in line {at}")
    sample.taken(sample.data + b'{"event":"e', "trace of a crash")
    unknown = b'{"event":"more","time":"2026-11-27T04:21:14Z"}\n'
    said = sample.read(sample.with_line(0, sample.lines[0], unknown))
    need(said[:1] + said[2:] == sample.text, "an unknown event is not passed over")
    sample.refused(sample.data + unknown, "a line after the last")
    sample.refused(sample.with_line(0, unknown, sample.lines[0]), "a line before the first")
    values = [
        ("version", b"1", b"2", b"1.0", b"true"),
        ("commit", b'"3e3', b'"3e', b'"3e3e', b'"3E3'),
        ("dirty", b"false", b"0", b"null"),
        ("id", b'"2', b'".', b'"-', b'"/', b'"' + b"a" * 50),
        ("work_tree", b'"/', b'"', b'"./'),
        ("path", b'"clean.csv"', b"1", b'"\xc3\xa9"', b'"\xff"'),
        ("root", b'"r1:82fd', b'"r1:82f', b'"r1:82FD', b'"82fd'),
        ("state", b'"cached"', b'"failed"', b'"skipped"', b'"ran"', b'"x"'),
        ("state", b'"not started"', b'"failed"', b"1"),
        ("failure", b'"user"', b'"none"', b'"x"'),
        ("grade", b'"weak"', b'"good"', b"null"),
        ("signal", b"15", b"-1", b"15.0", b"true"),
        ("exit_code", b'-1,"failure":"user"', b'15,"failure":"user"'),
        ("attempts", b"2", b"0", b'"2"', b'2,"attempts":2'),
        ("attempt", b"1", b"0", b"2"),
        ("key", b'"54ea', b'"54eb', b'"', b"null"),
        ("worst", b'"user"', b'"infra"', b'""', b"null"),
        ("time", b'"2026-11-27T', b'"2026-13-27T', b'"2026-11-27 ', b'"26-11-27T'),
    ]
    for key, old, *news in values:
        sample.swap(f'"{key}":'.encode() + old, *(f'"{key}":'.encode() + new for new in news))
    sample.swap(b':13Z"', b':13z"', b':13+00:00"', b':13.5Z"', b':61Z"', b'"')
    sample.swap(b'{"commit"', b'{"zz":1,"commit"', because="sorted")


damaged.main({"pointer": pointer, "lock": lock, "profile": profile, "run_record": run_record})
