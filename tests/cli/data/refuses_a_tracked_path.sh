#!/bin/sh
# A path that git tracks is refused, with the command that mends it; after it the add works.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >train.csv
commit one
expect_code 2 mlops data add train.csv
error_says "'train.csv'" "git rm -r --cached -- train.csv"
[ ! -e train.csv.mlops ]
git rm --quiet --cached train.csv
expect_code 0 mlops data add train.csv
