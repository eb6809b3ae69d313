#!/bin/sh
# case 18: neither names of stages nor what they write moves the cursor; wide letters keep their columns.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
[pool.local]
type = "local"
slots = { cpu = 8 }
[stage.train]
matrix = { m = ["\u001b[2J\u001b[31m", "x\ny\rz", "データ/訓練-とても長い名前のデータセット", "\u202eabc", "e\u0301"] }
env = { pass = ["GO"] }
cmd = ["sh", "write.sh", "${matrix.m}"]
deps = ["write.sh"]
END
cat >write.sh <<'END'
printf '\033[2J\033[H\033[?25l\033]0;title\007 \377\376 %s 訓練データ 😀 %0500d\n' "$1" 1
printf '\033[5A\b\b half a line'
while [ ! -e "$GO/on" ]; do sleep 0.05; done
END
mkdir "$scratch/go"
GO=$scratch/go PYTHONPATH=$tests/support PYTHONDONTWRITEBYTECODE=1 python3 - <<'END' >&3 2>&1
import os
from terminal import Session, columns_of

for columns, rows in ((80, 24), (200, 24), (80, 10), (40, 10)):
    # The terminal of the test knows no sequence that clears, hides or titles.
    run = Session(columns, rows, "mlops", "run", "-j5", "--no-cache")
    run.wait_for("0 of 5 done", "5 running")
    run.wait_for("\\x1b[5A")
    for line in run.screen.lines():
        assert sum(map(columns_of, line)) < columns, run
    places = {sum(map(columns_of, line[:line.index("running")]))
              for line in run.screen.lines() if line.startswith("train") and "running " in line}
    assert len(places) == 1, run
    open(os.environ["GO"] + "/on", "w").close()
    assert run.finish() == 0, run
    assert b"\x1b[2J" not in run.raw and b"\x07" not in run.raw and b"\x1b[?" not in run.raw, run.raw
    os.unlink(os.environ["GO"] + "/on")
END
