#!/bin/sh
# mv keeps data, pointer, .gitignore line, stat cache and index in step.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data archive
mkdir data/images
printf 'a' >data/images/1.png
printf 'row' >data/table.csv
mlops data add data/images data/table.csv
commit one

expect_code 0 mlops data mv -n data/images data/pictures
contains "$out" "would move 'data/images' to 'data/pictures'"
[ -e data/images/1.png ]
[ -e data/images.mlops ]

expect_code 0 mlops data mv data/images data/pictures
contains "$out" "moved 'data/images' to 'data/pictures'" "next: git commit"
[ ! -e data/images ]
[ ! -e data/images.mlops ]
[ "$(cat data/pictures/1.png)" = a ]
grep -qx /pictures data/.gitignore
if grep -qx /images data/.gitignore; then fail "the old line is still there"; fi
git status --porcelain >"$out"
equals "$out" "M  data/.gitignore
R  data/images.mlops -> data/pictures.mlops"
commit two
expect_code 0 mlops data diff HEAD~1 HEAD
equals "$out" "R100	data/images/	data/pictures/"
expect_code 0 mlops data status --json
json 'all(s["state"] == "unchanged" for s in j["data_sets"])'

# Into a directory; an empty .gitignore goes; nothing is overwritten.
expect_code 0 mlops data mv data/table.csv archive --json
json 'j["from"] == "data/table.csv" and j["to"] == "archive/table.csv" and j["moved_data"]'
json 'j["staged"] == ["archive/.gitignore", "archive/table.csv.mlops", "data/.gitignore", "data/table.csv.mlops"]'
commit three
printf 'mine' >data/other.csv
expect_code 2 mlops data mv archive/table.csv data/other.csv
error_says "'data/other.csv' exists already" "name another path"
expect_code 2 mlops data mv archive/table.csv data/pictures
error_says "'data/pictures.mlops' exists already" "mlops data rm -- data/pictures"
expect_code 2 mlops data mv data/pictures data/pictures/inside
error_says "one is in the other" "name another path"
expect_code 2 mlops data mv data/other.csv data/x
error_says "'data/other.csv' is no data set" "git mv"
expect_code 2 mlops data mv data/pictures/1.png data/x
error_says "is inside the data set 'data/pictures'" "mlops data add -- data/pictures"
[ "$(cat data/other.csv)" = mine ]

# What is not checked out moves as well.
rm -r data/pictures
expect_code 0 mlops data mv data/pictures pictures
contains "$out" "not checked out"
expect_code 0 mlops data checkout
[ "$(cat pictures/1.png)" = a ]

# Links are never followed: not the data set, nor a directory on the way.
mkdir "$scratch/elsewhere"
ln -s "$scratch/elsewhere" way
expect_code 2 mlops data mv pictures way/pictures
contains "$err" "leads through a symbolic link"
mv pictures real && ln -s real pictures
expect_code 2 mlops data mv pictures other
error_says "'pictures' is a link" "mlops data checkout"
[ -z "$(ls "$scratch/elsewhere")" ]
