#!/bin/sh
# What both sides changed is named, all of it, and nothing is written until somebody decides.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/deep
for file in both gone deep/both kept; do echo base >"data/$file"; done
echo base >table.csv
mlops data add data table.csv
commit base
git checkout --quiet -b side
for file in both gone deep/both; do echo side >"data/$file"; done
echo side >table.csv
mlops data add data table.csv
commit side
git checkout --quiet main
mlops data checkout
for file in both deep/both; do echo main >"data/$file"; done
rm data/gone
echo main >table.csv
mlops data add data table.csv
commit main
expect_code 1 git merge side
cp data.mlops "$scratch/markers"
find .git/mlops/store | sort >"$scratch/store"

expect_code 1 mlops data merge
equals "$out" "conflict  'data/both': changed on both sides
conflict  'data/deep/both': changed on both sides
conflict  'data/gone': deleted by us, changed by them
conflict  'table.csv': changed on both sides
4 conflicts: nothing was written"
contains "$err" "next: mlops data merge --ours <path> --theirs <path>"
expect_code 1 mlops data merge --json data
json '[c["path"] for c in j["conflicts"]] == ["data/both", "data/deep/both", "data/gone"]'
json '[c["kind"] for c in j["conflicts"]] == ["both_changed", "both_changed", "deleted_by_us"]'
json 'j["merged"] == [] and j["staged"] == []'
cmp data.mlops "$scratch/markers"
find .git/mlops/store | sort | cmp - "$scratch/store"

# The inner choice counts; what no choice covers stays a conflict.
expect_code 1 mlops data merge --theirs data/deep --ours data/both data
equals "$out" "conflict  'data/gone': deleted by us, changed by them
1 conflict: nothing was written"
expect_code 2 mlops data merge --ours dta
error_says "'dta' is in nothing that git left unmerged" "git status"
expect_code 2 mlops data merge nothing
error_says "'nothing' is no data set or lock that git left unmerged" "git status"

expect_code 0 mlops data merge --ours data --theirs data/deep data.mlops
contains "$out" "merged  'data': 3 files"
expect_code 0 mlops data merge --theirs table.csv
contains "$out" "merged  'table.csv': as they have it"
git status --porcelain >"$out"
equals "$out" "M  data.mlops
M  table.csv.mlops"
mlops data checkout
git commit --quiet --no-edit
[ "$(cat data/both)" = main ]
[ "$(cat data/deep/both)" = side ]
[ ! -e data/gone ]
[ "$(cat table.csv)" = side ]

# What lies here is one side: to add it would drop the other without a word. Nor is one path on both sides.
new_repository unmerged
diverge
echo side >data/c && echo main >"$scratch/c"
git checkout --quiet side && mlops data checkout --force
echo side >data/c && mlops data add data && commit "side of c"
git checkout --quiet main && mlops data checkout
echo main >data/c && mlops data add data && commit "main of c"
git merge side >"$out" 2>&1 && fail "no conflict"
expect_code 2 mlops data add data
error_says "git has a conflict in the pointer of 'data'" "mlops data merge -- data"
expect_code 2 mlops data merge --ours data/c --theirs data/c
error_says "named by --ours and by --theirs" "name it once"
expect_code 0 mlops data merge --ours data/c
