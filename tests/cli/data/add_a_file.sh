#!/bin/sh
# data add stores a file, writes pointer and .gitignore, stages both, and says what is next.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/train.csv
expect_code 0 mlops data add data/train.csv
contains "$out" "added  'data/train.csv': 1 file, 2 B" "next: git commit"
contains data/.gitignore "/train.csv"
git status --porcelain >"$out"
equals "$out" "A  data/.gitignore
A  data/train.csv.mlops"
commit one
expect_code 0 mlops data add data/train.csv
contains "$out" "unchanged  'data/train.csv'"
expect_code 0 mlops data add data/train.csv --json
json 'j["data_sets"][0]["changed"] is False and j["staged"] == [] and j["new_bytes"] == 0'
json 'set(j) == {"version", "dry_run", "data_sets", "new_bytes", "stored_bytes", "reused_bytes", "staged", "healed_objects"}'
expect_code 0 mlops data status
contains "$out" "unchanged	data/train.csv	1	"
