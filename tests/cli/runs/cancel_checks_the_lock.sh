#!/bin/sh
# cancel signals the process that holds the lock of the run, never another that has the number of the record.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
printf 'schema = 1\n[stage.slow]\ncmd = "touch started; sleep 60"\n' >pipeline.toml
mlops run >"$scratch/run-out" 2>&1 &
runner=$!
for _ in $(seq 300); do [ ! -e started ] || break; sleep 0.1; done
sleep 60 &
stranger=$!
sed -i 's/"pid":[0-9]*/"pid":'"$stranger"'/' .git/mlops/runs/*/run.jsonl
expect_code 2 mlops runs cancel @last
error_says "its process cannot be seen" "where it was started"
sleep 0.2
kill -0 "$stranger" || fail "cancel stopped a process that is none of its business"
kill "$stranger" "$runner"
wait "$runner" || true
