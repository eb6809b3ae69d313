#!/bin/sh
# Two runs of one pipeline in linked work trees at once: one makes the result, the other waits and takes it.
# rule 08
# failure twice
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<EOF
schema = 1
name = "twice"
[stage.slow]
cmd = "echo x >> '$scratch/made'; sleep 2; cp in.txt out.txt"
deps = ["in.txt"]
outs = ["out.txt"]
EOF
echo 1 >in.txt
commit one
git worktree add --quiet ../other
mlops run >"$scratch/first" 2>&1 &
first=$!
for _ in $(seq 300); do if [ -e "$scratch/made" ]; then break; fi; sleep 0.1; done
cd ../other
expect_code 0 mlops run
contains "$err" "another run makes the result of 'slow'"
contains "$out" "1 restored from the cache"
wait "$first"
[ "$(wc -l <"$scratch/made")" -eq 1 ]
[ "$(cat out.txt)" = 1 ]
# In one work tree they take turns.
expect_code 0 mlops run --no-cache --run-id a &
second=$!
for _ in $(seq 300); do if [ "$(wc -l <"$scratch/made")" -eq 2 ]; then break; fi; sleep 0.1; done
code=0
mlops run >"$scratch/third" 2>&1 || code=$?
[ "$code" -eq 7 ]
mlops run --wait >"$scratch/third" 2>&1
contains "$scratch/third" "1 cached"
wait "$second"
