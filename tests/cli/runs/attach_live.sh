#!/bin/sh
# On a terminal attach shows a run as run does: rows that go away, what has ended above them.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
[pool.local]
type = "local"
slots = { cpu = 8 }
[stage.train]
matrix = { model = ["rf", "xgb"] }
env = { pass = ["GO"] }
cmd = ["sh", "train.sh", "${matrix.model}"]
deps = ["train.sh"]
END
cat >train.sh <<'END'
echo "loading $1"
printf ' 10%%\r 50%% of %s\r' "$1"
while [ ! -e "$GO/$1" ]; do sleep 0.05; done
END
mkdir "$scratch/go"
export GO="$scratch/go"
mlops run -j2 --run-id long >"$scratch/run" 2>&1 &
run=$!
until grep -q "xgb | loading xgb" "$scratch/run"; do sleep 0.1; done
PYTHONPATH=$tests/support PYTHONDONTWRITEBYTECODE=1 python3 - <<'END' >&3 2>&1
import os
from terminal import Session

view = Session(80, 24, "mlops", "runs", "attach", "long")
view.wait_for("train@model=rf   running", "train@model=xgb  running", "50% of xgb", "0 of 2 done, 2 running")
open(os.environ["GO"] + "/rf", "w").close()
view.wait_for("train@model=rf  ran in", "1 of 2 done, 1 running")
open(os.environ["GO"] + "/xgb", "w").close()
assert view.finish() == 0, view
seen = "\n".join(view.screen.lines())
assert "train@model=xgb  ran in" in seen and "run long: " in seen, view
assert "running" not in seen and "50%" not in seen, view
END
wait "$run"
# Of a run that has ended, all is printed.
script -qec "TERM=xterm mlops runs attach long" /dev/null | tr -d '\r' >"$out"
contains "$out" "train@model=rf | loading rf" "train@model=xgb | loading xgb"
