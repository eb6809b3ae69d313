#!/bin/sh
# Adding where the version of the pointer cannot be read: which files were deleted, and which of the ignored
# ones are data, nobody knows.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/a
echo 2 >data/b.tmp
mlops data add data
echo '*.tmp' >.mlopsignore
commit one
echo 3 >data/a
expect_code 0 mlops data add data --dry-run --json
json 'j["data_sets"][0]["files"] == 2'
echo nonsense >data.mlops
expect_code 2 mlops data add data
error_says "the pointer of 'data' cannot be read" "git checkout -- data.mlops"
contains "$err" "data.mlops:1"
expect_code 0 mlops data add data --force --dry-run --json
json 'j["data_sets"][0]["files"] == 1 and j["data_sets"][0]["ignored"] == 1'
git checkout --quiet -- data.mlops

rm -r .git/mlops/store
expect_code 2 mlops data add data
error_says "the store lacks the version of 'data' that its pointer names" "mlops data add --force -- data"
rm .mlopsignore
expect_code 0 mlops data add data
# As many files as the version has, but another one's: what it holds, nobody here knows.
commit two
rm -r .git/mlops/store .git/mlops/bases-*
expect_code 2 mlops data add data
error_says "the store lacks the version of 'data' that its pointer names" "mlops data add --force -- data"
rm data/a
expect_code 2 mlops data add data
error_says "the store lacks the version" "mlops config store.path <store>"
