#!/bin/sh
# With the driver git merges pointers itself; where it cannot, both versions stay and data merge goes on.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# Fast forward: git asks no driver.
new_repository
mlops init --hooks
commit setup
diverge
git branch before
git checkout --quiet -b ahead main~1
expect_code 0 git merge --ff-only side
[ "$(cat data/b)" = side ]

git checkout --quiet main
expect_code 0 git merge --no-edit side
cat data/a data/b data/from-main data/from-side >"$out"
equals "$out" "main
side
main
side"
expect_code 0 mlops data status --json
json 'all(s["state"] == "unchanged" for s in j["data_sets"])'
expect_code 0 mlops data fsck

# A conflict: git's own, with both versions between markers; the data in the work tree stays.
git checkout --quiet before
echo other >data/b
mlops data add data
commit other
expect_code 1 git merge --no-edit side
contains "$out" "conflict  'data/b': changed on both sides" "CONFLICT (content): Merge conflict in data.mlops"
grep -qx '<<<<<<< ours' data.mlops
[ "$(cat data/b)" = other ]
[ ! -e data/from-side ]
git status --porcelain >"$out"
equals "$out" "UU data.mlops"
expect_code 0 mlops data merge --theirs data/b
git commit --quiet --no-edit
expect_code 0 mlops data checkout
[ "$(cat data/b)" = side ]
[ "$(cat data/from-side)" = side ]

# A driver that has no work tree to stand in, or is gone, leaves a conflict and not our version alone.
git checkout --quiet main && git reset --quiet --hard main~1
git config mlops.program /nowhere/mlops
PATH=/usr/bin:/bin expect_code 1 git merge --no-edit side
git status --porcelain >"$out"
equals "$out" "UU data.mlops"
expect_code 0 mlops data merge

# Git pairs a pointer that one side removed with one that the other added: two data sets are not one.
new_repository pairs
mlops init --hooks >"$out"
mkdir old
for i in 1 2 3; do echo "$i" >"old/$i"; done
mlops data add old >"$out"
commit one
git checkout --quiet -b side
echo fix >old/fix
mlops data add old >"$out"
commit side
git checkout --quiet main
mlops data rm old >"$out"
mkdir new
for i in 7 8 9; do echo "$i" >"new/$i"; done
mlops data add new >"$out"
commit main
git merge side >"$out" 2>&1 && fail "two data sets became one"
[ ! -e new/fix ]
