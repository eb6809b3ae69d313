#!/bin/sh
# diff compares revisions and the work tree file by file, without checking anything out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/images/cats one
printf 'a' >data/images/cats/1.png
printf 'bb' >data/images/cats/2.png
printf 'ccc' >data/images/dog.png
printf 'dddd' >one/table.csv
printf 'gone' >data/gone.csv
mlops data add data/images one/table.csv data/gone.csv
commit one && git tag v1

# Nothing changed: nothing is printed.
expect_code 0 mlops data diff
is_empty "$out"

mv data/images/dog.png data/images/hound.png
printf 'BB!' >data/images/cats/2.png
printf 'new' >data/images/3.png
rm data/images/cats/1.png
expect_code 0 mlops data diff
equals "$out" "A	data/images/3.png
D	data/images/cats/1.png
M	data/images/cats/2.png
R100	data/images/dog.png	data/images/hound.png"
mlops data add data/images
git mv one/table.csv.mlops data/table.csv.mlops && mv one/table.csv data/table.csv
git rm --quiet data/gone.csv.mlops && rm data/gone.csv
printf 'fresh' >data/fresh.csv
mlops data add data/fresh.csv
commit two && git tag v2
rm -r data one

# Two revisions, whose data is nowhere but in the store; whole data sets are one line.
expect_code 0 mlops data diff v1 v2
equals "$out" "A	data/fresh.csv
D	data/gone.csv
A	data/images/3.png
D	data/images/cats/1.png
M	data/images/cats/2.png
R100	data/images/dog.png	data/images/hound.png
R100	one/table.csv	data/table.csv"
expect_code 0 mlops data diff v2 v1 data/images/cats
equals "$out" "A	data/images/cats/1.png
M	data/images/cats/2.png"
expect_code 0 mlops data diff v1 v2 data/images/cats/2.png
equals "$out" "M	data/images/cats/2.png"
expect_code 0 mlops data diff v1 v2 one data/fresh.csv
equals "$out" "A	data/fresh.csv
D	one/table.csv"
expect_code 0 mlops data diff v1 v2 --stat data/images
equals "$out" "M	data/images/	1	1	1	1	3	6	9"
expect_code 0 mlops data diff v1 v2 -z data/images/cats one data/table.csv
[ "$(tr '\0' '|' <"$out")" = "D|data/images/cats/1.png|M|data/images/cats/2.png|R100|one/table.csv|data/table.csv|" ]
expect_code 0 mlops data diff v1 v2 --json data/images
json 'j["from"] == "v1" and j["to"] == "v2" and len(j["data_sets"]) == 1'
json 'j["data_sets"][0]["before"] == {"files": 3, "bytes": 6}'
json 'j["data_sets"][0]["after"] == {"files": 3, "bytes": 9}'
json 'j["data_sets"][0]["changes"][3] == {"path": "data/images/hound.png",
  "old_path": "data/images/dog.png", "change": "renamed", "bytes_before": 3, "bytes_after": 3}'
expect_code 0 mlops data diff v1 v2 --json --stat
json '[s["change"] for s in j["data_sets"]] == ["added", "removed", "changed", "renamed"]'
json 'all(s["changes"] is None for s in j["data_sets"])'

# A word that is neither, either, or both.
git checkout --quiet .
expect_code 2 mlops data diff v9
error_says "'v9'" "mlops data ls"
expect_code 2 mlops data diff v1..v2
error_says "'v1..v2' is a range" "mlops data diff v1 v2"
git branch data
expect_code 2 mlops data diff data
error_says "'data' is both a revision and a path" "./data"
expect_code 0 mlops data diff ./data
is_empty "$out"

# One version that the store lacks hides no other.
rm -r .git/mlops/store/roots
expect_code 6 mlops data diff v1 v2
error_says "the store lacks" "mlops data add it"
