"""Damages a frozen sample, and sees that its reader refuses what its page says is to be refused,
and takes what it says is to be taken."""
import os
import re
import sys

FAILURES = []
COUNTS = {"refused": 0, "told": 0, "taken": 0}


def need(holds, problem):
    if not holds:
        FAILURES.append(problem)


class Sample:
    """Its bytes, and what the reader says of them when they are damaged."""

    def __init__(self, path, reader):
        self.name = os.path.basename(path)
        self.reader = reader
        with open(path, "rb") as file:
            self.data = file.read()
        self.lines = self.data.splitlines(keepends=True)
        self.text = self.read(self.data)

    def read(self, data):
        try:
            return list(self.reader(data))
        except SystemExit as refusal:
            return str(refusal)

    def count(self, how, holds, what, said):
        COUNTS[how] += 1
        need(holds, f"{self.name}: {what}: not {how}: {str(said)[-200:]}")

    def refused(self, data, what, because=""):
        said = self.read(data)
        right = isinstance(said, str) and because in said and data != self.data
        self.count("refused", right, what, said)

    def told(self, data, what):
        """Refused, or at least not taken for the sample."""
        said = self.read(data)
        self.count("told", said != self.text, what, said)

    def taken(self, data, what):
        said = self.read(data)
        self.count("taken", said == self.text and data != self.data, what, said)

    def swapped(self, old, new):
        need(old in self.data, f"{self.name}: the sample has no {old}")
        return self.data.replace(old, new, 1)

    def swap(self, old, *news, because="", finish=bytes):
        for new in news:
            self.refused(finish(self.swapped(old, new)), f"{old} is {new[:99]}", because)

    def with_line(self, at, *lines):
        """Instead of the one that is there."""
        return b"".join([*self.lines[:at], *lines, *self.lines[at + 1 :]])

    def twice(self, at):
        self.refused(self.with_line(at, self.lines[at], self.lines[at]), f"line {at} twice")

    def flips(self, check, step=1, spare=rb"(?!)"):
        """One bit of a byte, another one in the next, but where the spared bytes lie."""
        spans = [match.span() for match in re.finditer(spare, self.data, re.M)]
        spared = {at for span in spans for at in range(*span)}
        for at in range(0, len(self.data), step):
            if at not in spared:
                flipped = bytes([self.data[at] ^ 1 << at % 8])
                check(self.data[:at] + flipped + self.data[at + 1 :], f"bit {at % 8} of byte {at}")

    def cuts(self, ends=(), step=1):
        """After each byte, but where the file may end."""
        for at in range(0, len(self.data), step):
            if at not in ends:
                self.refused(self.data[:at], f"cut after {at} bytes")


def main(formats):
    """`SCRIPT FORMAT SAMPLE...`"""
    for path in sys.argv[2:]:
        formats[sys.argv[1]](path)
    print(*(f"{how} {count}" for how, count in COUNTS.items()))
    sys.stderr.writelines(f"{failure}\n" for failure in FAILURES[:20])
    raise SystemExit(1 if FAILURES else 0)
