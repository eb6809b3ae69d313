#!/bin/sh
# On a terminal a run shows what is at work, in rows that are drawn again and go away at the end.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
[pool.local]
type = "local"
slots = { cpu = 8 }
[stage.prepare]
cmd = "echo preparing; touch prepared"
outs = ["prepared"]
[stage.train]
matrix = { model = ["rf", "xgb", "mlp"] }
env = { pass = ["GO"] }
cmd = "sh train.sh ${matrix.model}"
deps = ["prepared", "train.sh"]
outs = ["model-${matrix.model}"]
END
# Says something, draws a progress bar without ending its line, and waits to be let go.
cat >train.sh <<'END'
echo "loading $1"
printf ' 10%%\r 50%% of %s\r' "$1"
while [ ! -e "$GO/$1" ]; do sleep 0.05; done
[ ! -e "$GO/fail" ] || { echo "it cannot be done"; exit 3; }
touch "model-$1"
END
mkdir "$scratch/go"
commit start
GO=$scratch/go PYTHONPATH=$tests/support PYTHONDONTWRITEBYTECODE=1 python3 - <<'END' >&3 2>&1
import os
from terminal import Session

def let(*names):
    for name in names:
        open(os.path.join(os.environ["GO"], name), "w").close()

for columns in (80, 120, 200):
    run = Session(columns, 24, "mlops", "run", "-j3", "--no-cache")
    run.wait_for("train@model=rf", "train@model=xgb", "train@model=mlp", "50% of mlp", "iB", "1 of 4 done")
    lines = run.screen.lines()
    # What runs alone is followed; what has ended stays; the cursor is below all.
    assert any(line.startswith("prepare") and line.endswith("| preparing") for line in lines), run
    assert any("prepare" in line and "ran (" in line for line in lines), run
    assert lines[-1] == "" and lines[-2].startswith("1 of 4 done, 3 running"), run
    assert sum("running" in line and "50% of" in line for line in lines) == 3, run
    assert all(len(line) < columns for line in lines), run
    let("rf")
    run.wait_for("train@model=rf   ran (")
    let("xgb", "mlp")
    assert run.finish() == 0, run
    text = "\n".join(run.history())
    assert "4 instances, 4 ran" in run.history(), run
    assert "running" not in text and "iB" not in text and "50%" not in text, run
    for name in ("rf", "xgb", "mlp"):
        os.unlink(os.path.join(os.environ["GO"], name))

# A terminal of ten lines: six of them at most.
run = Session(80, 10, "mlops", "run", "-j3", "--no-cache")
run.wait_for("50% of mlp", "1 of 4 done")
assert len(run.screen.lines()) <= 10, run
run.resize(60, 6)
run.wait_for("3 more running", "1 of 4 done")
run.resize(120, 24)
run.wait_for("50% of rf", "50% of mlp", "1 of 4 done")
# A failure: its row goes, its log is shown, nothing of the area is left.
let("fail", "xgb")
run.wait_for("error: stage 'train@model=xgb' failed: exit code 3", "| it cannot be done", "1 failed")
let("rf", "mlp")
assert run.finish() == 4, run
assert "running" not in "\n".join(run.screen.lines()), run
END
