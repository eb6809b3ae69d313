#!/bin/sh
# The next step after a broken pointer is one that mends it: out of git, out of a merge, or by adding the
# data again.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init
echo 1 >a
mlops data add --no-stage a
echo nonsense >a.mlops
expect_code 0 mlops status
contains "$out" "next: mlops data add --force -- a"
expect_code 2 mlops data add a
error_says "the pointer of 'a' cannot be read" "mlops data add --force -- a"
mlops data add --force -- a
echo 2 >b
mlops data add a b
commit one
git branch other
echo 3 >b
mlops data add b
commit two
git checkout --quiet other
echo 4 >b
mlops data add b
commit three
if git merge --quiet main >"$out"; then fail "the branches have no conflict"; fi
expect_code 0 mlops status
contains "$out" "invalid_pointer  'b' (b.mlops:" "has git's conflict markers" "next: mlops data merge"
git checkout --quiet --ours -- :/b.mlops
git add b.mlops
echo nonsense >b.mlops
expect_code 0 mlops status
contains "$out" "next: git checkout -- b.mlops"
expect_code 2 mlops data add b
error_says "the pointer of 'b' cannot be read" "git checkout -- b.mlops"
git checkout --quiet -- b.mlops
expect_code 0 mlops status
contains "$out" "nothing to do"
