"""What the lints share: the files of the tree, and C++ text without comments and literals."""

import re
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
SKIPPED_DIRECTORIES = {".git", "build", "__pycache__", "node_modules"}


def tree_from_arguments():
    """The tree to look at: the first argument, or the one that this script lies in."""
    return Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else TREE


def files(tree, *suffixes, under=None):
    """Every file below `tree` (in the directories `under`, if given) with one of the suffixes."""
    starts = [tree / name for name in under] if under else [tree]
    found = []
    for start in starts:
        for path in sorted(start.rglob("*")):
            parts = path.relative_to(tree).parts
            if SKIPPED_DIRECTORIES.isdisjoint(parts) and path.is_file():
                if not suffixes or path.suffix in suffixes:
                    found.append(path)
    return found


_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
      | (?P<include>^[ \t]*\#[ \t]*include[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<digits>\b[0-9][0-9a-fA-FxX.']*)
      | (?P<char>'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def code_only(text):
    """C++ text with comments and literals blanked; lines keep their numbers, #include lines stay."""

    def blank(match):
        if match.lastgroup in ("include", "digits"):
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return _TOKEN.sub(blank, text)


def string_literals(text):
    """The string literals of C++ text as (line, content). Where only commas and white space stand
    between them they are one, a space for each comma: a list of words reads as a command."""
    found = []
    end = None
    for match in _TOKEN.finditer(text):
        if match.lastgroup not in ("string", "raw"):
            continue
        content = match.group().strip('"')
        between = "-" if end is None else text[end:match.start()]
        end = match.end()
        if between.strip(", \t\n"):
            found.append((text.count("\n", 0, match.start()) + 1, content))
        else:
            line, before = found[-1]
            found[-1] = (line, before + (" " if "," in between else "") + content)
    return found


class Findings:
    """Collects `path:line: message` and ends the script with the code that ctest looks at."""

    def __init__(self, tree):
        self.tree = tree
        self.lines = []

    def add(self, path, line, message):
        self.lines.append(f"{path.relative_to(self.tree)}:{line}: {message}")

    def finish(self, looked_at):
        print("\n".join(self.lines + [f"{looked_at}, {len(self.lines)} findings"]))
        sys.exit(1 if self.lines else 0)
