#!/bin/sh
# status --files names what is new, modified, missing and renamed inside each data set.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/x data/y
for file in data/x/1 data/x/2 data/y/3 data/y/4; do echo "$file" >"$file"; done
echo 5 >table.csv
mlops data add data table.csv
commit one
expect_code 0 mlops data status --files
contains "$out" "unchanged	data	4	"
lacks "$out" "modified" "missing"

echo new >data/x/new
echo other >data/x/1
rm data/x/2
mv data/y/3 data/y/moved
ln -s 4 data/y/link
expect_code 0 mlops data status --files
contains "$out" "modified	data	" "  new       data/x/new" "  modified  data/x/1" "  missing   data/x/2" \
  "  renamed   data/y/3 -> data/y/moved"
lacks "$out" "link"
expect_code 0 mlops data status -z --files
[ "$(tr '\0' '|' <"$out")" = \
  "modified|data|M|data/x/1|D|data/x/2|A|data/x/new|R100|data/y/3|data/y/moved|unchanged|table.csv|" ]
expect_code 0 mlops data status -z
[ "$(tr '\0' '|' <"$out")" = "modified|data|unchanged|table.csv|" ]
expect_code 0 mlops data status --json
json 'all(s["files"] is None for s in j["data_sets"])'
expect_code 0 mlops data status --json --files
json '[(f["change"], f["path"]) for f in j["data_sets"][0]["files"]] == [("changed", "data/x/1"),
  ("removed", "data/x/2"), ("added", "data/x/new"), ("renamed", "data/y/moved")]'
json 'j["data_sets"][1]["files"] == []'

# A list for people is bounded.
for i in $(seq 30); do echo "$i" >"data/x/n$i"; done
expect_code 0 mlops data status --files
contains "$out" "  and 14 more: mlops data status --files --json"

# What a checkout of a part did not bring is not missing.
rm -r data
mlops data checkout data/x
expect_code 0 mlops data status --json --files
json 'j["data_sets"][0]["files"] == []'
