#!/bin/sh
# ls and cat read any revision from the store without touching the work tree.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
printf 'one\n' >data/a
mlops data add data
commit one && git tag v1
printf 'changed\n' >data/a
mlops data add data
rm -r data
expect_code 0 mlops data ls --rev v1
equals "$out" "4	data/a"
expect_code 0 mlops data ls data --json
json 'j["files"] == [{"path": "data/a", "kind": "file", "size": 8}]'
expect_code 0 mlops data cat --rev v1 data/a
equals "$out" one
[ ! -e data ]
expect_code 2 mlops data cat --rev v1 data/nothing
contains "$err" "'data/nothing'"
expect_code 2 mlops data ls --rev v9
error_says "unknown revision 'v9'" "git tag --list"
expect_code 2 mlops data ls nowhere
error_says "'nowhere'" "mlops data ls"

git rm --quiet --force data.mlops
expect_code 0 mlops data ls --rev v1
equals "$out" "4	data/a"
