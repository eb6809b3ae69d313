#!/bin/sh
# Ctrl-C: the view says so, goes away, and leaves the cursor where a prompt belongs; so does a kill.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
[pool.local]
type = "local"
slots = { cpu = 8 }
[stage.one]
cmd = "trap 'until test -e $GO/on; do sleep 0.05; done; exit 1' TERM; echo deaf; while :; do sleep 0.05; done"
env = { pass = ["GO"] }
outs = ["one"]
[stage.two]
cmd = "while :; do sleep 0.05; done"
outs = ["two"]
END
mkdir "$scratch/go"
GO=$scratch/go PYTHONPATH=$tests/support PYTHONDONTWRITEBYTECODE=1 python3 - <<'END' >&3 2>&1
import os, signal, time
from terminal import Session

def seen(run):
    return "\n".join(run.screen.lines())

# The terminal sends SIGINT to its foreground; the stage ends when it may.
run = Session(80, 24, "mlops", "run", "-j2")
run.wait_for("one  running", "two  running", "0 of 2 done", "deaf")  # before, it would end at once
run.type(b"\x03")
run.wait_for("stopping what runs; Ctrl-C again ends at once", "two  cancelled (was interrupted)")
open(os.environ["GO"] + "/on", "w").close()
assert run.finish() == 130, run
assert "one  cancelled (was interrupted)" in seen(run), run
assert "running" not in seen(run) and "stopping" not in seen(run), run
assert run.screen.column == 0 and run.screen.lines()[-1] == "", run

os.unlink(os.environ["GO"] + "/on")
for deadly in (signal.SIGTERM, signal.SIGKILL):
    run = Session(80, 24, "mlops", "run", "-j2")
    run.wait_for("one  running", "two  running", "0 of 2 done", "deaf")
    if deadly == signal.SIGTERM:
        # Twice, as two requests: it ends at once, in the middle of everything.
        os.kill(run.pid, deadly)
        run.wait_for("stopping what runs")
        time.sleep(0.3)
    os.kill(run.pid, deadly)
    assert run.finish() in (143, -9), run
    assert run.screen.column == 0 and run.screen.lines()[-1] == "", run
END
