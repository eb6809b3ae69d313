#!/bin/sh
# What checkout writes is ignored by git, also where nothing said so yet.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/train.csv
mlops data add data/train.csv
commit one
git mv data/train.csv.mlops data/tr.csv.mlops
expect_code 0 mlops data checkout
contains "$out" "added a line to 'data/.gitignore'"
[ "$(cat data/tr.csv)" = 1 ]
git add .
[ -z "$(git ls-files data/tr.csv)" ]
expect_code 0 mlops data checkout --json
json 'j["ignore_files"] == []'
[ "$(grep -c tr.csv data/.gitignore)" -eq 1 ]

# A revision that has other data sets than the work tree.
commit two
git rm --quiet data/tr.csv.mlops
rm data/tr.csv
printf '/train.csv\n' >data/.gitignore
commit three
expect_code 0 mlops data checkout --rev HEAD~ data/tr.csv --json
json 'j["ignore_files"] == ["data/.gitignore"]'
git check-ignore -q data/tr.csv

# Nor does the directory have to be there.
rm -r data
commit four
expect_code 0 mlops data checkout --rev HEAD~2 data/tr.csv
[ "$(cat data/tr.csv)" = 1 ]
git check-ignore -q data/tr.csv
