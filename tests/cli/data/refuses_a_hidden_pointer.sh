#!/bin/sh
# A pointer that an ignore rule would hide is refused; the command of the hint mends it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
hint() { sed -n 's/^hint: //p' "$err"; }

mkdir -p data
printf '# all\n/data/*\n' >.gitignore
echo 1 >data/train.csv
expect_code 2 mlops data add data/train.csv
error_says "git ignores 'data/train.csv.mlops'" "echo '!/data/train.csv.mlops' >> .gitignore"
contains "$err" ".gitignore:2: /data/*"
[ ! -e data/train.csv.mlops ]
eval "$(hint)"
expect_code 2 mlops data add data/train.csv
error_says "git ignores 'data/.gitignore'" "echo '!/data/.gitignore' >> .gitignore"
eval "$(hint)"
expect_code 0 mlops data add data/train.csv
commit one
git ls-files >"$out"
contains "$out" "data/train.csv.mlops"

# The nearest ignore file decides, and the user stands somewhere else.
mkdir -p deep/er
echo '*.mlops' >deep/.gitignore
echo 1 >"deep/er/a [1].csv"
cd data
expect_code 2 mlops data add "../deep/er/a [1].csv"
contains "$err" "deep/.gitignore:1: *.mlops"
eval "$(hint)"
expect_code 0 mlops data add "../deep/er/a [1].csv"
cd ..

# Rules that only this clone or this user has.
echo '*.csv.mlops' >>.git/info/exclude
mkdir other
echo 1 >other/b.csv
expect_code 2 mlops data add other/b.csv
error_says "'other/b.csv.mlops'" "echo '!/other/b.csv.mlops' >> .gitignore"
eval "$(hint)"
expect_code 0 mlops data add other/b.csv

# Git looks at nothing in a directory that is ignored: no line takes that back.
echo 'whole/' >>.gitignore
mkdir whole
echo 1 >whole/c.csv
expect_code 2 mlops data add whole/c.csv
line=$(wc -l <.gitignore)
error_says "'whole/c.csv.mlops'" "change line $line of '.gitignore': it hides the directory 'whole'"
