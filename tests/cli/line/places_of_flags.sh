#!/bin/sh
# Flags stand before the command, after it, and after its arguments; -- ends them.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p sub
echo 1 >sub/a.csv
expect_code 0 mlops -q data add sub/a.csv
is_empty "$out"
expect_code 0 mlops data -q add sub/a.csv
is_empty "$out"
expect_code 0 mlops data add sub/a.csv -q
is_empty "$out"
expect_code 0 mlops --json data add sub/a.csv
json 'j["data_sets"][0]["path"] == "sub/a.csv"'
expect_code 0 mlops data add sub/a.csv --json
json 'j["data_sets"][0]["changed"] is False'

echo 2 >-q
expect_code 2 mlops data add -q
expect_code 0 mlops data add -- -q
contains "$out" "added  '-q'"
[ -f ./-q.mlops ]
expect_code 2 mlops data status -- --json
contains "$err" "does not take '--json'"
