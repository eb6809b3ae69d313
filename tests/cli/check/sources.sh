#!/bin/sh
# A table is the same whatever it is written as and wherever it lies: in the work tree, in several files, in
# a data set that is not checked out, in a git revision, outside of a repository.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
cat >safeguards.toml <<'END'
schema = 1
[check.c]
table = "data/all.csv"
baseline = "v1:data/all.csv"
label = "y"
[[check.c.column]]
name = "x"
type = "int"
max = 39
[[check.c.rule]]
kind = "new_labels"
[[check.c.rule]]
kind = "drift"
max = 0.1
END
mkdir data
awk 'BEGIN { print "x,y"; for (i = 0; i < 40; ++i) print i "," i % 2 }' >data/all.csv
mlops data add data >"$out"
commit one && git tag v1
expect_code 0 mlops check
contains "$out" "drift ks [x]" "40 against 40"
mlops check --json >"$scratch/here.json"

# Not checked out: from the store, the same bytes but for nothing.
rm -r data/all.csv
expect_code 0 mlops check --json
cmp "$out" "$scratch/here.json"
[ ! -e data/all.csv ]
mlops data checkout >"$out"

# Another table against the revision: its row and file are named.
awk 'BEGIN { print "y,x"; for (i = 0; i < 50; ++i) print (i > 44 ? 2 : i % 2) "," i }' >"$scratch/new.csv"
expect_code 1 mlops check "$scratch/new.csv" --use c
contains "$out" "10 of 50 values" "row 41 '##'" "new_labels [y]" "row 46 '#'"
cp "$scratch/new.csv" .
commit two
expect_code 0 mlops check v1:data/all.csv --use c
expect_code 2 mlops check v9:data/all.csv --use c
error_says "unknown revision 'v9'" "git tag"
expect_code 2 mlops check v1:data/none.csv --use c
error_says "there is no table 'v1:data/none.csv'" "REV:path"

# In pieces, columns in another order.
mkdir parts sub
(echo x,y && sed -n 2,20p data/all.csv) >parts/a.csv
awk -F, 'NR == 1 || NR > 20 { print $2 "," $1 }' data/all.csv >parts/b.csv
sed -i 's|^table = .*|table = "parts/*.csv"|' safeguards.toml
(cd sub && expect_code 0 mlops check)
contains "$out" "parts/*.csv   40 rows in 2 files"
echo 7,100 >>parts/b.csv
expect_code 1 mlops check
contains "$out" "parts/b.csv row 22"
printf 'x,z\n1,2\n' >parts/c.csv
expect_code 2 mlops check
contains "$err" "are not one table" "'parts/c.csv' has no column 'y'"

# Formats.
cp data/all.csv all.csv
gzip -k all.csv
awk -F, 'NR > 1 { print "{\"x\": " $1 ", \"y\": " $2 "}" }' all.csv >all.jsonl
tr , '\t' <all.csv >all.tsv
for file in all.csv.gz all.jsonl all.tsv; do
  expect_code 0 mlops check "$file" --use c --json
  json 'j["checks"][0]["table"]["rows"] == 40 and j["verdict"] == "pass"'
done

# No repository.
mkdir "$scratch/apart"
cd "$scratch/apart"
printf 'schema = 1\n[check.c]\ntable = "t.csv"\n[[check.c.rule]]\nkind = "rows"\nmin = 1\n' >policy.toml
printf 'x\n1\n' >t.csv
expect_code 0 mlops check --policy policy.toml
expect_code 0 mlops check t.csv --use c --policy policy.toml
