#!/bin/sh
# checkout --force moves what is in the way to a rescue directory and names it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/a
mlops data add data
echo mine >data/a
expect_code 0 mlops data checkout --force
[ "$(cat data/a)" = 1 ]
contains "$out" "moved 'data/a' to '"
[ "$(cat .git/mlops/rescue/*/data/a)" = mine ]
echo mine >data/a
expect_code 0 mlops data checkout --force --json
json 'j["rescued"] == ["data/a"]'
