#!/bin/sh
# SIGINT ends a run with 130; finished stages stay finished, outs come back, and a rerun goes on.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >in.txt
cat >pipeline.toml <<'END'
schema = 1
name = "long"
[stage.first]
cmd = "cp in.txt first.txt"
deps = ["in.txt"]
outs = ["first.txt"]
[stage.second]
cmd = "echo half > second.txt; touch started; test -e go || sleep 30; echo whole > second.txt"
deps = ["first.txt"]
outs = ["second.txt"]
END
signal_when_started() {
  rm -f started
  mlops run >"$out" 2>"$err" &
  run=$!
  for _ in $(seq 100); do [ ! -e started ] || break; sleep 0.1; done
  kill -s "$1" "$run"
  code=0
  wait "$run" || code=$?
}
# failure hangup
# A shell without job control starts background jobs with SIGINT ignored; TERM and HUP show the rest.
signal_when_started TERM
[ "$code" -eq 143 ]
[ ! -e second.txt ]
signal_when_started HUP
[ "$code" -eq 129 ]
touch go
expect_code 0 mlops run
contains "$out" "first   cached" "second  ran"
[ "$(cat second.txt)" = whole ]

rm go started
sed -i 's/echo half/echo other/' pipeline.toml
cat >"$scratch/interrupt.py" <<'END'
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
process = subprocess.Popen(["mlops", "run"])
while not pathlib.Path("started").exists() and process.poll() is None:
    time.sleep(0.05)
process.send_signal(signal.SIGINT)
sys.exit(process.wait())
END
expect_code 130 python3 "$scratch/interrupt.py"
[ "$(cat second.txt)" = whole ]

# timeout(1) signals the command and then its group: one request, so what was moved aside is back.
rm started
sed -i 's/echo other/echo third/' pipeline.toml
sed -i 's/\["mlops", "run"\]/&, start_new_session=True/; s/^process.send_signal.*/&\nos.killpg(process.pid, signal.SIGINT)/' \
  "$scratch/interrupt.py"
expect_code 130 python3 "$scratch/interrupt.py"
[ "$(cat second.txt)" = whole ]
