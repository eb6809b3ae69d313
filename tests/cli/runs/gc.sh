#!/bin/sh
# runs gc removes records by number and age; what only they name is the store's to free.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
commit one
expect_code 0 mlops run
for text in two three; do
  echo "$text" >data/in.txt
  expect_code 0 mlops run
done
expect_code 2 mlops runs gc
error_says "nothing says which runs" "mlops runs gc --older-than 90d"
expect_code 2 mlops runs gc --older-than soon
error_says "'soon' is not a duration" "90d"
expect_code 0 mlops runs gc --keep 1 -n
contains "$out" "would remove 2 runs"
[ "$(find .git/mlops/runs -name run.jsonl | wc -l)" -eq 3 ] || fail "a dry run removed something"
expect_code 0 mlops runs gc --older-than 1h --json
json 'j == {"version": 1, "dry_run": False, "removed": [], "running": [], "bytes": 0}'
expect_code 0 mlops runs gc --keep 1
contains "$out" "removed 2 runs" "mlops data gc"
[ "$(find .git/mlops/runs -name run.jsonl | wc -l)" -eq 1 ] || fail "not one record is left"
expect_code 0 mlops runs list --json
json 'len(j["runs"]) == 1'
expect_code 0 mlops data gc
# What the last record and the lock name is still there.
rm upper.txt count.txt
expect_code 0 mlops run
contains "$out" "2 restored from the cache"
