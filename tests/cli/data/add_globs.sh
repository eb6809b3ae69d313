#!/bin/sh
# A quoted pattern is matched against the work tree; each match is a data set.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/deep/er data/set 'sub[1]'
for file in data/a.csv data/b.csv data/.hidden.csv data/deep/er/c.csv data/note.txt data/set/x 'sub[1]/d.csv'; do
  echo "$file" >"$file"
done
ln -s ../a.csv data/deep/link.csv

expect_code 0 mlops data add 'data/*.csv' data/a.csv --json
json '[s["path"] for s in j["data_sets"]] == ["data/a.csv", "data/b.csv"]'
# Again: pointers and .gitignore, which match as well, are no data.
expect_code 0 mlops data add 'data/[ab]*' --json
json '[(s["path"], s["changed"]) for s in j["data_sets"]] == [("data/a.csv", False), ("data/b.csv", False)]'
expect_code 0 mlops data add -n 'data/**/c.csv' --json
json '[s["path"] for s in j["data_sets"]] == ["data/deep/er/c.csv"]'
# A directory that matches is one data set; where the user stands is taken literally.
expect_code 0 mlops data add 'data/s?t' --json
json '[s["path"] for s in j["data_sets"]] == ["data/set"]'
cd 'sub[1]'
expect_code 0 mlops data add '*.csv' --json
json '[s["path"] for s in j["data_sets"]] == ["sub[1]/d.csv"]'
cd ..
# A name that looks like a pattern is a name first.
echo 1 >'x*.csv'
echo 2 >xy.csv
expect_code 0 mlops data add 'x*.csv' --json
json '[s["path"] for s in j["data_sets"]] == ["x*.csv"]'
expect_code 2 mlops data add 'data/*.parquet'
error_says "nothing matches 'data/*.parquet'" "ls -A -- data"
expect_code 2 mlops data add 'data/deep/*.csv'
error_says "'data/deep/link.csv' is a symbolic link" "mlops data add -- data/a.csv"
