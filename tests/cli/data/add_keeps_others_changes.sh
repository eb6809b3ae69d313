#!/bin/sh
# What git brought into the pointer and nobody checked out is not undone by adding what lies here: only
# what this work tree had can have been deleted here.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

names() {
  mlops data ls data | sed 's/.*[[:space:]]//' | tr '\n' ' '
}

# The commit that ends a merge: no hook of git's could bring the data.
new_repository
diverge
git merge --quiet side >"$out" 2>&1 || :
expect_code 0 mlops data merge
git commit --quiet -m merged
expect_code 2 mlops data add data
error_says "2 changes of 'data' in git's version are not here: adding would undo them" \
  "mlops data checkout -- data/b data/from-side, or mlops data add --force -- data"
contains "$err" "changed 'data/b'" "added 'data/from-side'"
expect_code 2 mlops data add --dry-run data
git status --porcelain >"$out"
is_empty "$out"

# Beside edits of the user's the hint works, and a deletion here is one.
echo mine >data/a
rm data/c
expect_code 2 mlops data add data
expect_code 0 mlops data checkout -- data/b data/from-side
expect_code 0 mlops data add data
[ "$(names)" = "data/a data/b data/from-main data/from-side " ]
[ "$(mlops data cat data/a data/b)" = "mine
side" ]
commit mine

# A fast-forward; what they deleted does not come back, what both changed is said.
git checkout --quiet -b behind side~1
mlops data checkout
git merge --quiet --ff-only main
echo both >data/b
expect_code 2 mlops data add data
contains "$err" "removed 'data/c'" "mlops data checkout -- data, or "
expect_code 0 mlops data add --force --dry-run --json data
json 'j["data_sets"][0]["files"] == 3 and j["data_sets"][0]["changed"]'
rm data/c
mlops data checkout -- data/a data/from-main data/from-side
expect_code 0 mlops data add data
contains "$err" "'data/b' changed in git's version too: this one is taken"
[ "$(mlops data cat data/a data/b)" = "mine
both" ]
git reset --quiet --hard
mlops data checkout

# An older version that was asked for is the user's to add.
expect_code 0 mlops data checkout --rev side data
expect_code 0 mlops data add data
[ "$(names)" = "data/a data/b data/c data/from-side " ]
git reset --quiet --hard
mlops data checkout

# Nothing says what a new work tree had: what is absent was never brought.
git worktree add --quiet ../linked -b linked
mkdir ../linked/data
cp data/a ../linked/data/a
cd ../linked
echo other >data/a
expect_code 2 mlops data add data
error_says "3 files of 'data' in git's version are not here, and nothing says that they were deleted" \
  "mlops data checkout -- data/b data/from-main data/from-side, or "
expect_code 0 mlops data checkout -- data/b data/from-main data/from-side
expect_code 0 mlops data add data
[ "$(names)" = "data/a data/b data/from-main data/from-side " ]

# The record goes where the data set goes.
mlops data mv data moved
rm moved/b
expect_code 0 mlops data add moved

# What others take back is not put there again: an older version of ours is theirs now.
new_repository reverts
mkdir data
echo good >data/labels
mlops data add data
commit good
echo bad >data/labels
mlops data add data
commit bad
git revert --no-edit HEAD
echo more >data/more
expect_code 2 mlops data add data
contains "$err" "changed 'data/labels'" "mlops data checkout -- data/labels, or "
expect_code 0 mlops data checkout -- data/labels
expect_code 0 mlops data add data
[ "$(mlops data cat data/labels)" = good ]
