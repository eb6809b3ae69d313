#!/bin/sh
# rm removes data, pointer and .gitignore line; never what the store does not know.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/images
printf 'a' >data/images/1.png
printf 'b' >data/images/2.png
printf 'row' >table.csv
printf 'note' >notes.txt
mlops data add data/images table.csv notes.txt

# A version that no commit has would get lost.
expect_code 2 mlops data rm table.csv
error_says "the last commit does not have this version of 'table.csv'" "git commit"
commit one

# What the store does not know is the user's, all or nothing.
printf 'mine' >data/images/2.png
expect_code 2 mlops data rm data/images table.csv
error_says "nothing was removed" "--force moves it to a rescue directory"
contains "$err" "data/images/2.png"
[ -e data/images/1.png ]
[ -e table.csv ]
expect_code 0 mlops data rm -n --force data/images
contains "$out" "would remove 'data/images'" "would move 'data/images/2.png'"
[ -e data/images/1.png ]

expect_code 0 mlops data rm table.csv --json
json 'j["data_sets"] == ["table.csv"] and j["removed_files"] == 1'
json 'j["staged"] == [".gitignore", "table.csv.mlops"]'
[ ! -e table.csv ]
[ ! -e table.csv.mlops ]
expect_code 0 mlops data rm --force data/images
contains "$out" "removed 'data/images'" "the store keeps what commits name" "rescue"
[ ! -e data ]
[ "$(cat .git/mlops/rescue/*/data/images/2.png)" = mine ]
git status --porcelain >"$out"
equals "$out" "M  .gitignore
D  data/.gitignore
D  data/images.mlops
D  table.csv.mlops"
expect_code 0 mlops data rm --cached notes.txt
contains "$out" "git sees it now"
[ "$(cat notes.txt)" = note ]
[ "$(git status --porcelain notes.txt)" = "?? notes.txt" ]
[ ! -e .gitignore ]
git commit --quiet -m two

# Old revisions still have it all.
expect_code 0 mlops data checkout --rev HEAD~1 data/images table.csv
[ "$(cat data/images/2.png)" = b ]
expect_code 2 mlops data rm nothing
error_says "'nothing' is no data set" "git rm"
expect_code 2 mlops data rm ../elsewhere
contains "$err" "outside the work tree"
