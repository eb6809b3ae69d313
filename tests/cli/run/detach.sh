#!/bin/sh
# --detach returns when the run has begun, and the run ends by itself; what is refused is refused at once.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "away"
[stage.slow]
cmd = "touch started; while test ! -e go; do sleep 0.1; done; echo done > out.txt"
deps = ["in put.txt"]
outs = ["out.txt"]
END
expect_code 2 mlops run --detach
error_says "'in put.txt' does not exist" "no stage makes it"
echo 1 >"in put.txt"
expect_code 0 mlops run slow --detach --run-id night --no-cache
contains "$out" "run night goes on as process " ".git/mlops/detached/night.log"
[ ! -e out.txt ]
expect_code 7 mlops run
touch go
expect_code 0 mlops run --wait
contains "$out" "1 cached"
[ "$(cat out.txt)" = "done" ]
contains .git/mlops/detached/night.log "slow  ran"
grep -q '"event":"finish"' .git/mlops/runs/night/run.jsonl
expect_code 2 mlops run --detach --run-id night
rm go out.txt started
# SIGTERM, as the message says, stops it.
expect_code 0 mlops run --detach --json --no-cache
json 'j["event"] == "detached"'
pid=$(sed 's/.*"pid":\([0-9]*\).*/\1/' "$out")
for _ in $(seq 300); do [ ! -e started ] || break; sleep 0.1; done
kill "$pid"
expect_code 0 mlops run -n --json
for _ in $(seq 300); do kill -0 "$pid" 2>&3 || break; sleep 0.1; done
[ "$(cat out.txt 2>&3 || echo none)" = none ]
