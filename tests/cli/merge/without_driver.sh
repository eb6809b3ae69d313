#!/bin/sh
# On a machine without the driver git leaves a conflict in the pointer, and data merge resolves it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
diverge
expect_code 1 git merge side
git status --porcelain >"$out"
equals "$out" "UU data.mlops"
expect_code 0 mlops data status
contains "$out" "invalid_pointer	data"
contains "$err" "has git's conflict markers" "next: mlops data merge"

expect_code 0 mlops data merge -n
contains "$out" "would merge  'data': 5 files"
git status --porcelain >"$out"
equals "$out" "UU data.mlops"

expect_code 0 mlops data merge
contains "$out" "merged  'data': 5 files, 25 B"
contains "$err" "next: mlops data checkout -- data && git commit"
git status --porcelain >"$out"
equals "$out" "M  data.mlops"
expect_code 0 mlops data fsck

# Again: nothing is left to do.
expect_code 0 mlops data merge
contains "$out" "nothing to merge"
expect_code 0 mlops data merge --json
json 'j == {"version": 1, "dry_run": False, "merged": [], "conflicts": [], "staged": []}'

expect_code 0 mlops data checkout
git commit --quiet --no-edit
cat data/a data/b data/c data/from-main data/from-side >"$out"
equals "$out" "main
side
base
main
side"
expect_code 0 mlops data diff HEAD^1 HEAD
equals "$out" "M	data/b
A	data/from-side"
expect_code 0 mlops data diff HEAD^2 HEAD
equals "$out" "M	data/a
A	data/from-main"
expect_code 0 mlops data gc
expect_code 0 mlops data fsck
