#!/bin/sh
# After a switch to a branch without a data set its files go, as git add would take them; what the store does
# not know, what was never committed and what is ignored still stays.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo text >text && commit start
git branch without
mkdir -p sub/data/deep
echo 1 >sub/data/a
echo 2 >sub/data/deep/b
mlops data add sub/data
commit with

git checkout --quiet without
[ -e sub/data/a ] && echo mine >sub/data/mine
expect_code 0 mlops data checkout -n --json
json 'j["gone"] == ["sub/data"] and j["left"] == ["sub/data/mine"]'
json 'sorted(j["would_remove"]) == ["sub/data/a", "sub/data/deep/b"]'
[ -e sub/data/a ]
expect_code 0 mlops data checkout
contains "$out" "'sub/data' is no data set in this version: what the store has of it is removed" "2 removed"
contains "$err" "'sub/data/mine' is of no version: left here"
find sub -type f >"$out"
equals "$out" "sub/data/mine"
rm sub/data/mine
expect_code 0 mlops data checkout
[ ! -e sub ]
git checkout --quiet main
expect_code 0 mlops data checkout
[ "$(cat sub/data/a sub/data/deep/b)" = "1
2" ]

# A version that no commit has may be all there is.
echo 3 >sub/data/a
mlops data add sub/data
git checkout --quiet -f without
expect_code 0 mlops data checkout
lacks "$out" "no data set in this version"
[ "$(cat sub/data/a)" = 3 ]
git checkout --quiet main
mlops data checkout

# The user stopped versioning it: the rule that hides it from git still stands.
git rm --quiet sub/data.mlops
git commit --quiet -m stopped
expect_code 0 mlops data checkout
[ "$(cat sub/data/a)" = 1 ]

# A data set that has another name on a branch does not lie there twice.
git reset --quiet --hard HEAD~1
git checkout --quiet -b moved
mlops data mv sub/data sub/other
commit moved
git checkout --quiet main
expect_code 0 mlops data checkout
[ ! -e sub/other ]
[ "$(cat sub/data/a)" = 1 ]
git checkout --quiet moved
expect_code 0 mlops data checkout
[ ! -e sub/data ]
[ "$(cat sub/other/a)" = 1 ]
