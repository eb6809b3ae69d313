#!/bin/sh
# A data set that one side removed and the other changed: somebody has to say which.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo base >kept && echo base >dropped
mlops data add kept dropped
commit base
git checkout --quiet -b side
mlops data rm kept dropped
commit side
git checkout --quiet main
mlops data checkout
echo main >kept && echo main >dropped
mlops data add kept dropped
commit main
expect_code 1 git merge side
expect_code 1 mlops data merge
contains "$out" "conflict  'dropped': changed by us, deleted by them" "conflict  'kept': changed by us"
expect_code 0 mlops data merge --ours kept --theirs dropped
contains "$out" "merged  'kept': as we have it" "merged  'dropped': removed"
git ls-files '*.mlops' >"$out"
equals "$out" "kept.mlops"
[ ! -e dropped.mlops ]
# The file stays: it is the user's, and the store has it.
[ "$(cat dropped)" = main ]
