#!/bin/sh
# What a run made stays: as long as its record is there, then while a lock names it or the cache may keep it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops data add data/in.txt
mlops run
commit one
roots() { find .git/mlops/store/roots -type f | wc -l; }
[ "$(roots)" -eq 3 ]
printf 'three\n' >data/in.txt
mlops data add data/in.txt
mlops run
[ "$(roots)" -eq 6 ]
git checkout --quiet -f -- . && git reset --quiet --hard
mlops data checkout
# The second run's record and cached results keep its outs; its input is named by nothing.
expect_code 0 mlops data gc
contains "$out" "removed  'data/in.txt': 1 version"
[ "$(roots)" -eq 5 ]
expect_code 0 mlops run
contains "$out" "up to date"
rm -r .git/mlops/runs
expect_code 0 mlops data gc
[ "$(roots)" -eq 5 ]
mlops config cache.max_size 1B
expect_code 0 mlops data gc
contains "$out" "removed  2 cached results of runs" "removed  'count.txt': 1 version"
[ "$(roots)" -eq 3 ]
expect_code 0 mlops run
contains "$out" "up to date"
expect_code 0 mlops data fsck
