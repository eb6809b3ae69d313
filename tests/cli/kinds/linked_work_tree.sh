#!/bin/sh
# A linked work tree shares the store and has its own state.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops data add data/in.txt
commit one
git worktree add --quiet ../linked
cd ../linked
expect_code 0 mlops data status
contains "$out" "missing	data/in.txt"
expect_code 0 mlops data checkout
expect_code 0 mlops run
expect_code 0 mlops doctor
contains "$out" "linked work tree" "repository/.git/mlops/store"
expect_code 0 mlops data fsck
cd ../repository
expect_code 0 mlops data status
contains "$out" "unchanged	data/in.txt"
[ ! -e upper.txt ]
