#!/bin/sh
# Two merges across leave two bases, which git merges first: their conflict must not end up in the base.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks >"$out"
mkdir data
for file in a b x; do echo base >"data/$file"; done
mlops data add data >"$out"
commit base
git checkout --quiet -b side
echo side >data/x
mlops data add data >"$out"
commit side && git tag side-alone
git checkout --quiet main
echo main >data/x
mlops data add data >"$out"
commit main && git tag main-alone

# Each takes the other in, and keeps its own x.
git merge side-alone >"$out" 2>&1 && fail "no conflict"
mlops data merge --ours data/x >"$out"
git commit --quiet -m "side into main"
git checkout --quiet side
mlops data checkout >"$out"
git merge main-alone >"$out" 2>&1 && fail "no conflict"
mlops data merge --ours data/x >"$out"
git commit --quiet -m "main into side"
[ "$(git merge-base --all main side | wc -l)" = 2 ]

# What each changes since merges; x is whatever they say now.
mlops data checkout >"$out"
echo side >data/a
mlops data add data >"$out"
commit "side a"
git checkout --quiet main
mlops data checkout >"$out"
echo main >data/b
echo main >data/x
mlops data add data >"$out"
commit "main b"
git merge --no-edit side >"$out" 2>&1 || {
  mlops data merge --ours data/x >"$out" 2>&1
  git commit --quiet --no-edit
}
mlops data checkout >"$out"
equals data/a side
equals data/b main
equals data/x main
expect_code 0 mlops data gc
expect_code 0 mlops data fsck
