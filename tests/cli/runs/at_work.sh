#!/bin/sh
# A run at work is followed and asked to stop; a killed one is told from it, whatever its number says.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
[stage.first]
cmd = "echo begun"
[stage.slow]
cmd = "echo hello; touch started; sleep 60"
after = ["first"]
END
commit one

# start: a run in the background, up to its second stage.
start() {
  rm -f started
  mlops run >"$scratch/run-out" 2>&1 &
  runner=$!
  for _ in $(seq 300); do
    if [ -e started ]; then return; fi
    sleep 0.1
  done
  fail "the run did not start"
}

start
expect_code 0 mlops runs list --json
json 'j["runs"][0]["state"] == "running" and j["runs"][0]["worst"] is None'
expect_code 0 mlops runs show --json
json '[i["state"] for i in j["instances"]] == ["ran", "running"]'
expect_code 0 mlops runs gc --keep 0
contains "$err" "is at work: kept"
contains "$out" "removed 0 runs"
# Others wait for the end of it, and get its code.
code=0
mlops runs attach >"$scratch/attached" 2>&1 &
follower=$!
mlops runs logs @last slow -f >"$scratch/followed" 2>&1 &
reader=$!
expect_code 0 mlops runs cancel @last
contains "$out" "asked run"
wait "$runner" || code=$?
[ "$code" -eq 143 ] || fail "the run ended with $code"
code=0
wait "$follower" || code=$?
[ "$code" -eq 143 ] || fail "attach ended with $code"
wait "$reader" || fail "logs -f failed"
contains "$scratch/attached" "first | begun" "slow | hello" "interrupted"
equals "$scratch/followed" "hello"
expect_code 0 mlops runs show --json
json 'j["worst"] == "interrupted" and j["instances"][1]["state"] == "cancelled"'
expect_code 2 mlops runs cancel @last
error_says "is not at work: it has ended" "mlops runs show"
expect_code 143 mlops runs attach

# Killed: the record has no end, and a living process of its number changes nothing.
start
kill -KILL "$runner"
wait "$runner" || true
sleep 0.3
record=.git/mlops/runs/$(mlops runs list -n 1 --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["runs"][0]["run"])')/run.jsonl
sed -i 's/"pid":[0-9]*/"pid":'"$$"'/' "$record"
expect_code 0 mlops runs show --json
json 'j["state"] == "died" and j["instances"][1]["state"] == "lost" and j["worst"] is None'
expect_code 2 mlops runs cancel @last
error_says "it died" "mlops runs show"
expect_code 5 mlops runs attach
contains "$out" "died"
