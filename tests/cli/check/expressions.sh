#!/bin/sh
# Rule expr: one scalar expression of DuckDB over a row. It is not true, or null: the row breaks it. It can read no
# file, and no message holds a value of the table.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
printf 'id,age,guardian,Day\n1,20,,2024-01-02\n2,,,2024-01-03\n3,12,Ada,2024-02-30\n4,12,,x\n' >t.csv
policy() {
  cat >safeguards.toml <<END2
schema = 1
[check.c]
table = "t.csv"
[[check.c.rule]]
kind = "expr"
expr = $1
END2
}
typed() {
  policy "$1"
  printf '[[check.c.column]]\nname = "Day"\ntype = "date"\n' >>safeguards.toml
}
policy '"age >= 18 or guardian is not null"'
expect_code 1 mlops check
contains "$out" "expr [age >= 18 or guardian is not null]" "2 of 4 rows" "row 2, row 4"
policy '"age >= 18 or guardian is not null"
max = 0.5
[[check.c.rule]]
kind = "expr"
expr = "id > 0 and coalesce(age, 0) < 100"'
expect_code 0 mlops check

# Types: as described, else numbers where there is no text.
policy '"yeer(Day) = 2024"'
expect_code 2 mlops check
error_says "there is no function 'yeer'" "did you mean 'year'?"
contains "$err" "safeguards.toml:6"
typed '"extract(year from Day) = 2024"'
expect_code 1 mlops check --json
json '[(e["row"], e["value"]) for r in j["checks"][0]["rules"] if r["rule"] == "expr" for e in r["examples"]] == [(3, None), (4, None)]'
policy '"age + guardian > 1"'
expect_code 2 mlops check
contains "$err" "safeguards.toml:4: check.c.rule[0].expr: DuckDB does not take it"
lacks "$err" "Ada"
policy '"cast(guardian as integer) > 1"'
expect_code 0 mlops check
sed -i 's/^table = .*/&\non_insufficient = "fail"/' safeguards.toml
expect_code 3 mlops check
contains "$out" "cannot be evaluated for some row (where a text is taken for a number, write try_cast"
lacks "$out" "Ada"
policy '"nothing > 1"'
expect_code 0 mlops check
contains "$out" "it names no column of the table"
policy '"age > nothing"'
expect_code 2 mlops check
contains "$err" "DuckDB does not take it" "nothing"

# Hostile.
echo secret >secret.txt
for text in "(select content from read_text('secret.txt')) is null" "age = (from read_text('secret.txt'))" \
  "age > 1) from held; copy held to 'out.csv'; select (1" "read_text('secret.txt') = age" "age > 1 --"; do
  policy "\"$text\""
  expect_code 2 mlops check
  contains "$err" "safeguards.toml:6: check.c.rule[0].expr"
  lacks "$err" "DuckDB"
done
[ ! -e out.csv ]

# In pieces, more rows than one batch has.
mkdir parts
for part in 1 2 3; do seq 70000 | sed 1ix >"parts/$part.csv"; done
cat >safeguards.toml <<'END2'
schema = 1
[check.c]
table = "parts/*.csv"
[[check.c.rule]]
kind = "expr"
expr = "x <> 69999"
END2
expect_code 1 mlops check
contains "$out" "3 of 210,000 rows" "parts/1.csv row 69,999, parts/2.csv row 69,999"
