#!/bin/sh
# A first policy from a table: the table passes it, a planted fault does not, and no personal value stands in it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
awk 'BEGIN { print "id,age,score,country,active,day,seen,email,note,empty"
  for (i = 1; i <= 300; ++i) {
    print i "," (i % 50 ? i % 90 : "") "," i / 7 "," (i % 3 ? "FR" : "DE") "," (i % 2 ? "true" : "False") ",2024-01-" \
      sprintf("%02d", i % 28 + 1) ",2024-02-03T04:05:" sprintf("%02d", i % 60) "Z,p" i "@example.org,n" i * 7919 % 1000 ","
  } }' >data/train.csv
expect_code 0 mlops check --infer data/train.csv
cp "$out" safeguards.toml
contains safeguards.toml "schema = 1" "[check.train]" "table = \"data/train.csv\"" "# key = [\"id\"]" "type = \"float\"" \
  "type = \"bool\"" "type = \"date\"" "type = \"timestamp\"" "values = [\"DE\", \"FR\"]" "unique = true" "nullable = 0.03" \
  "seen: 6 null, 0 NaN, 0 infinite" "looks personal: 'email': email (300 of 300 values)" "allow_columns = [\"email\"]"
lacks safeguards.toml "@example" "p1"
expect_code 0 mlops check
contains "$out" "WARN  train" "pii [email]"
expect_code 0 mlops check --infer data/train.csv
contains "$out" "[check.train-2]"
lacks "$out" "schema"
mlops check --infer data/train.csv >>safeguards.toml
expect_code 0 mlops check
(cd data && expect_code 0 mlops check --infer train.csv)
contains "$out" "table = \"data/train.csv\""

fault() { cp data/train.csv t.csv && sed -i "$1" t.csv; }
for edit in '5s/,FR,/,XX,/' '6s/^5,/x,/' '7s/^6,/7,/' '8s/,[^,]*,/,999,/' '9s/,2024-01-[0-9]*,/,soon,/' '20,$d' 's/,note,/,notes,/'; do
  fault "$edit"
  expect_code 1 mlops check t.csv --use train
done

# The ends of what looks personal are somebody's own.
awk 'BEGIN { print "birth_date,phone"; for (i = 10; i < 90; ++i) print "1950-01-" i % 28 + 10 "," 5550000 + i }' >p.csv
expect_code 0 mlops check --infer p.csv
contains "$out" "looks personal: 'birth_date': birth_date" "looks personal: 'phone': phone"
lacks "$out" "1950" "555"

# Hostile names and values stay text.
# As the manual has it: the shell has emptied the file before it is looked at.
mlops check --infer data/train.csv >safeguards.toml
expect_code 0 mlops check
rm safeguards.toml
printf '"a\nb","c""d",x\n1,"""",\n2,"\n",\n' >h.csv
expect_code 0 mlops check --infer h.csv
cp "$out" safeguards.toml
expect_code 0 mlops check
printf 'x\n' >empty.csv
rm safeguards.toml
expect_code 2 mlops check --infer empty.csv
error_says "'empty.csv' has no rows: there is nothing to infer" "a table that has some"
lacks "$out" "schema"
printf 'x,y\n,\n,\n' >nulls.csv
expect_code 0 mlops check --infer nulls.csv
cp "$out" safeguards.toml
expect_code 0 mlops check
expect_code 2 mlops check --infer
error_says "--infer needs a table" "mlops check --infer"
expect_code 2 mlops check --infer h.csv --use empty
cd "$scratch" && printf 'x\n1\n' >t.csv
expect_code 0 mlops check --infer t.csv
