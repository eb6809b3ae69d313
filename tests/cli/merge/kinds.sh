#!/bin/sh
# The driver in linked work trees, in SHA-256 repositories, below the top, after a move, and where git does
# not use it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks
commit setup
diverge
git worktree add --quiet -b linked ../linked
cd ../linked
[ "$(cat data/a)" = main ] # the hook
mkdir deep && cd deep
expect_code 0 git merge --no-edit side
[ "$(cat ../data/a ../data/b)" = "main
side" ]
cd ../../repository
[ ! -e data/from-side ]

# Octopus: git's own strategy cannot, says so, and nothing is half-done.
git checkout --quiet -b third side~1
echo third >data/c
mlops data add data
commit third
git checkout --quiet main
expect_code 2 git merge --no-edit side third
git merge --abort || git reset --quiet --hard
expect_code 0 mlops data status
contains "$out" "unchanged	data"

# What git stashed away and another branch changed come together as well.
echo stashed >data/c
mlops data add data
git stash --quiet
git merge --quiet --no-edit side
expect_code 0 git stash pop
mlops data checkout
[ "$(cat data/a data/b data/c)" = "main
side
stashed" ]
git commit --quiet -am stashed

# A data set that one side moved.
git checkout --quiet -b moved
mlops data mv data pictures
commit moved
git checkout --quiet main
echo again >data/a
mlops data add data
commit again
expect_code 0 git merge --no-edit moved
[ "$(cat pictures/a)" = again ]
[ ! -e data.mlops ]

new_repository sha256 --object-format=sha256
mlops init --hooks
commit setup
diverge
expect_code 0 git merge --no-edit side
[ "$(cat data/a data/b)" = "main
side" ]
git reset --quiet --hard HEAD~1
mlops init --no-hooks
expect_code 1 git merge --no-edit side
expect_code 0 mlops data merge
expect_code 0 mlops data fsck
