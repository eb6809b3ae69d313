"""A command on a terminal of a given size, and what a person then sees: for the scripts of cli/term.

The terminal understands exactly what a view may use: printable text, carriage return, line feed,
cursor up, erase to the end of the line or of the screen, and colours. Anything else is an error,
so no command can leave a mode or a hidden cursor behind. When it becomes narrower it breaks its
lines anew, as most terminals do.
"""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
import unicodedata

PATIENCE = 90  # seconds, for a loaded machine; nothing depends on how fast it goes
CONTROL = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


def columns_of(letter):
    """Columns of one letter, by Python's own tables."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


class Screen:
    """Rows of cells. A wide letter has an empty cell behind it; a row that the next one continues
    is in self.continued."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.above = []  # lines that have left the screen
        self.cells = [[]]
        self.continued = [False]
        self.row = self.column = 0
        self.pending = ""

    def feed(self, text):
        text = self.pending + text
        at = 0
        while at < len(text):
            letter = text[at]
            if letter == "\x1b":
                found = CONTROL.match(text, at)
                if not found:
                    if len(text) - at < 12:
                        break
                    raise AssertionError(f"unknown sequence {text[at:at + 12]!r}")
                self.obey(found[1], found[2])
                at = found.end()
                continue
            if letter == "\r":
                self.column = 0
            elif letter == "\n":
                self.go_down()
            elif letter < " " or letter == "\x7f":
                raise AssertionError(f"control letter {letter!r}")
            else:
                self.put(letter)
            at += 1
        self.pending = text[at:]

    def obey(self, number, kind):
        if kind == "A":
            self.row = max(0, self.row - int(number or 1))
        elif kind == "K" and number in ("", "0"):
            del self.cells[self.row][self.column:]
            self.continued[self.row] = False
        elif kind == "J" and number in ("", "0"):
            del self.cells[self.row][self.column:]
            del self.cells[self.row + 1:]
            del self.continued[self.row + 1:]
            self.continued[self.row] = False
        elif kind != "m":
            raise AssertionError(f"unknown sequence {number}{kind}")

    def go_down(self):
        self.row += 1
        if self.row == len(self.cells):
            self.cells.append([])
            self.continued.append(False)
        self.scroll()

    def scroll(self):
        while len(self.cells) > self.rows:
            self.above.append("".join(self.cells.pop(0)))
            self.continued.pop(0)
            self.row = max(0, self.row - 1)

    def put(self, letter):
        width = columns_of(letter)
        cells = self.cells[self.row]
        if width == 0:
            if cells:
                place = min(self.column, len(cells)) - 1
                place -= 1 if place > 0 and cells[place] == "" else 0
                cells[place] += letter
            return
        if self.column + width > self.columns:
            self.continued[self.row] = True
            self.column = 0
            self.go_down()
            cells = self.cells[self.row]
        cells.extend(" " for _ in range(self.column - len(cells)))
        cells[self.column:self.column + width] = [letter] + [""] * (width - 1)
        self.column += width

    def resize(self, columns, rows):
        lines, cursor = [[]], (0, 0)
        for i, cells in enumerate(self.cells):
            if i == self.row:
                cursor = (len(lines) - 1, len(lines[-1]) + self.column)
            lines[-1] = lines[-1] + cells
            if not self.continued[i]:
                lines.append([])
        if len(lines) > 1 and not lines[-1]:
            lines.pop()
        self.columns, self.rows = columns, rows
        self.cells, self.continued = [], []
        for i, line in enumerate(lines):
            first = len(self.cells)
            for start in range(0, max(len(line), 1), columns):
                self.cells.append(line[start:start + columns])
                self.continued.append(True)
            self.continued[-1] = False
            if i == cursor[0]:
                self.row = min(first + cursor[1] // columns, len(self.cells) - 1)
                self.column = cursor[1] % columns
        self.scroll()

    def lines(self):
        """What is seen, without blanks at the ends."""
        return ["".join(cells).rstrip() for cells in self.cells]


class Session:
    """A command whose stdin, stdout and stderr are one terminal."""

    def __init__(self, columns, rows, *command, **variables):
        self.screen = Screen(columns, rows)
        self.raw = b""
        self.left = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # The first thing that it does is to wait for its size.
            while os.read(0, 1) != b"\n":
                pass
            os.environ.update({"TERM": "xterm", **variables})
            os.execvp(command[0], command)
        self.set_size(columns, rows)
        attributes = termios.tcgetattr(self.fd)
        attributes[3] &= ~termios.ECHO
        termios.tcsetattr(self.fd, termios.TCSANOW, attributes)
        os.write(self.fd, b"\n")

    def set_size(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        """The command hears of it at once; what it wrote before is shown in the old size."""
        while self.read(0):
            pass
        self.screen.resize(columns, rows)
        self.set_size(columns, rows)

    def type(self, keys):
        os.write(self.fd, keys)

    def read(self, seconds):
        """False when nothing came in that time, or nothing comes any more."""
        if self.fd is None or not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        if not got:
            os.close(self.fd)
            self.fd = None
            return False
        self.raw += got
        self.left += got
        text = self.left.decode("utf-8", "ignore")
        self.left = self.left[len(text.encode("utf-8")):]
        self.screen.feed(text)
        return True

    def wait_for(self, *texts):
        """Until all of them are on the screen at the same time."""
        end = time.monotonic() + PATIENCE
        while not all(any(text in line for line in self.screen.lines()) for text in texts):
            if not self.read(0.2) and (self.fd is None or time.monotonic() > end):
                raise AssertionError(f"never seen: {texts}\n{self}")

    def finish(self):
        """Until it has ended. Its exit code."""
        end = time.monotonic() + PATIENCE
        while self.fd is not None:
            if not self.read(1) and self.fd is not None and time.monotonic() > end:
                raise AssertionError(f"does not end\n{self}")
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def history(self):
        """All lines: those that have left the screen, and those on it."""
        return [line.rstrip() for line in self.screen.above] + self.screen.lines()

    def __str__(self):
        wide = "-" * self.screen.columns
        return "\n".join([wide, *self.screen.lines(), wide])
