"""Ctrl-C at one moment: runs a command in a session of its own, waits until FILE holds TEXT, sends it SIGINT, and
waits for its end. Says what is wrong, if it does not end in time or something of its session outlives it.

    interrupt.py FILE TEXT OUT ERR COMMAND...

Ends with the exit code of the command.
"""

import pathlib
import signal
import subprocess
import sys
import time

PATIENCE = 90  # seconds, for a loaded machine
AT_ONCE = 30  # seconds, likewise: longer than any grace here, shorter than what is interrupted


def until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def has_text(path, text):
    return path.exists() and text in path.read_text(errors="replace")


def session_is_empty(session):
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[3]) == session:
            return False
    return True


def main():
    marker, text, out, err = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what a shell starts in the background ignores it
    with open(out, "wb") as stdout, open(err, "wb") as stderr:
        run = subprocess.Popen(sys.argv[5:], stdout=stdout, stderr=stderr, start_new_session=True)
        if not until(lambda: has_text(marker, text) or run.poll() is not None, PATIENCE) or run.poll() is not None:
            sys.exit(f"never came to {marker} with {text!r}")
        run.send_signal(signal.SIGINT)
        try:
            code = run.wait(AT_ONCE)
        except subprocess.TimeoutExpired:
            run.kill()
            sys.exit("it does not end")
    if not until(lambda: session_is_empty(run.pid), AT_ONCE):
        sys.exit("something of it is left running")
    sys.exit(code if code >= 0 else 128 - code)


main()
