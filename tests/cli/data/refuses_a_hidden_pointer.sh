#!/bin/sh
# A .gitignore that would hide the pointer is named by the command that shows its line; nothing is stored.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
printf '# all\n/data/*\n' >.gitignore
echo 1 >data/train.csv
expect_code 2 mlops data add data/train.csv
error_says "data/train.csv.mlops" "git check-ignore -v -- data/train.csv.mlops"
[ ! -e data/train.csv.mlops ]
