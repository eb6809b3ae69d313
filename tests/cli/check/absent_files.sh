#!/bin/sh
# A pattern names all files of the version: what is not checked out comes from the store and is named, in the work
# tree as in a revision. What is nowhere is an error.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
mkdir -p data/deep
for part in a b c; do printf 'x\n1\n' >"data/$part.csv"; done
printf 'x\n999\n' >data/b.csv
printf 'x\n1\n' >data/deep/d.csv
printf 'x\n1\n' >data/.hidden.csv
cat >safeguards.toml <<'END2'
schema = 1
[check.c]
table = "data/*.csv"
[[check.c.column]]
name = "x"
type = "int"
max = 3
END2
mlops data add data >"$out"
commit one && git tag v1
expect_code 1 mlops check
lacks "$out" "not checked out"
cp "$out" "$scratch/whole"
rm data/b.csv data/c.csv
expect_code 1 mlops check
contains "$out" "3 rows in 3 files" "data/b.csv row 1" \
  "note: 2 of 3 files are not checked out and come from the store: 'data/b.csv', 'data/c.csv'"
[ ! -e data/b.csv ]
grep -v '^note: ' "$out" | cmp - "$scratch/whole"
rm -r data
expect_code 1 mlops check
contains "$out" "3 rows in 3 files"
(mkdir sub && cd sub && expect_code 1 mlops check '../data/*.csv' --use c)

# In a revision, tracked by git or not.
mkdir text
printf 'x\n1\n' >text/1.csv
printf 'x\n7\n' >text/2.csv
commit two && git tag v2
expect_code 1 mlops check 'v1:data/*.csv' --use c
contains "$out" "v1:data/b.csv row 1" "3 rows in 3 files"
expect_code 1 mlops check 'v2:text/*.csv' --use c
contains "$out" "v2:text/2.csv row 1"
expect_code 1 mlops check 'v1:**/*.csv' --use c
contains "$out" "4 rows in 4 files"
expect_code 2 mlops check 'v1:text/*.csv' --use c
error_says "there is no table 'v1:text/*.csv'" "REV:path"

# The store lacks it.
rm -r .git/mlops/store
expect_code 6 mlops check
contains "$err" "data"
