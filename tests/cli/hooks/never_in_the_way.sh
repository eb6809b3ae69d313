#!/bin/sh
# What you edited stays, git succeeds, and the message is seen; so it is when mlops is gone.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks
commit setup
diverge
echo edited >data/b
expect_code 0 git checkout side
contains "$err" "data/b" "changes that the store does not know; nothing was written" \
  "mlops: the data does not match its pointers yet: mlops data status"
[ "$(cat data/b)" = edited ]
mlops data checkout --force
[ "$(cat data/b)" = side ]

# A file of git alone: no question of data.
git checkout --quiet -b text
echo x >text && commit text
expect_code 0 git checkout side
lacks "$err" "data set"
echo edited >>.gitattributes
expect_code 0 git checkout -- .gitattributes
lacks "$err" mlops "data set"

git config mlops.program /nowhere/mlops
git checkout --quiet side
PATH=/usr/bin:/bin expect_code 0 git checkout main
contains "$err" "mlops: the hook post-checkout cannot find the program: mlops init --hooks"
expect_code 0 git checkout side # another one on the search path serves
expect_code 0 git checkout main
[ "$(cat data/a)" = main ]

# A clone that did not ask for it runs nothing.
git config --unset mlops.program
expect_code 0 git checkout side
lacks "$err" mlops "data set"
