#!/bin/sh
# checkout makes the data equal to the pointers of the revision that git has checked out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
printf 'one\n' >data/a
mlops data add data
commit one && git tag v1
printf 'two\n' >data/a
printf 'new\n' >data/b
mlops data add data
commit two
git checkout --quiet v1
expect_code 0 mlops data checkout
contains "$out" "1 data set: 1 file written" "1 removed"
[ "$(cat data/a)" = one ]
[ ! -e data/b ]
git checkout --quiet main
expect_code 0 mlops data checkout --json
json 'j["data_sets"] == ["data"] and j["written_files"] == 2 and j["removed_files"] == 0'
expect_code 0 mlops data checkout --rev v1 data
[ "$(cat data/a)" = one ]
expect_code 0 mlops data status
contains "$out" "other_version	data	"
contains "$err" "next: mlops data checkout"
