#!/bin/sh
# A shallow clone works; a revision beyond its depth is unknown and the hint says how to get it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
commit three
git clone --quiet --depth 1 "file://$PWD" "$scratch/here/shallow"
cd "$scratch/here/shallow"
echo 1 >x.csv
expect_code 0 mlops data add x.csv
expect_code 0 mlops diff
expect_code 0 mlops doctor
contains "$out" "shallow"
expect_code 2 mlops diff v1
error_says "'v1'" "git fetch"
git fetch --quiet --unshallow --tags
expect_code 1 mlops diff v1
