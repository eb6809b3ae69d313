#!/bin/sh
# A pointer that was resolved by hand and is not staged is the user's answer: data merge leaves it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
diverge
git merge side >"$out" 2>&1 || :
git checkout --quiet --theirs -- data.mlops
cp data.mlops "$scratch/theirs"
for run in "" --dry-run; do
  # shellcheck disable=SC2086 # no word or one
  expect_code 2 mlops data merge $run
  error_says "'data.mlops' was resolved by hand" "git add -- data.mlops keeps it; --force"
  cmp data.mlops "$scratch/theirs"
done
git status --porcelain >"$out"
equals "$out" "UU data.mlops"

# What a merge that was killed wrote is no answer of his.
expect_code 0 mlops data merge --force --no-stage
cp data.mlops "$scratch/merged"
expect_code 0 mlops data merge --dry-run
expect_code 0 mlops data merge
cmp data.mlops "$scratch/merged"
git status --porcelain >"$out"
equals "$out" "M  data.mlops"

# One side removed the data set: git leaves what the other has.
git reset --quiet --hard
mlops data checkout
git checkout --quiet -b gone side
mlops data checkout
mlops data rm data
commit gone
git checkout --quiet main
mlops data checkout
git merge gone >"$out" 2>&1 || :
expect_code 0 mlops data merge --ours data --dry-run
cp "$scratch/theirs" data.mlops
expect_code 2 mlops data merge --ours data
contains "$err" "was resolved by hand"
