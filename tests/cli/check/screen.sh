#!/bin/sh
# The whole answer as people see it, word for word: passed and broken rules, drift, leakage, notes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >safeguards.toml <<'END'
schema = 1
[check.clean-data]
table = "train.csv"
label = "y"
key = ["id"]
baseline = "v1:train.csv"
[[check.clean-data.column]]
name = "age"
type = "int"
required = true
nullable = 0.01
min = 0
max = 120
[[check.clean-data.column]]
name = "country"
type = "string"
values = ["FR", "DE", "ES"]
[[check.clean-data.column]]
name = "email"
regex = ".+@.+"
[[check.clean-data.rule]]
kind = "rows"
min = 100
[[check.clean-data.rule]]
kind = "duplicates"
columns = ["age", "country"]
max = 0.9
[[check.clean-data.rule]]
kind = "conflicts"
severity = "warn"
[[check.clean-data.rule]]
kind = "imbalance"
[[check.clean-data.rule]]
kind = "new_labels"
[[check.clean-data.rule]]
kind = "drift"
max = 0.1
[[check.clean-data.rule]]
kind = "leakage"
against = "valid.csv"
END
awk 'BEGIN { print "id,age,country,y"
  for (i = 0; i < 200; ++i) print i "," i % 80 "," substr("FRDEES", i % 3 * 2 + 1, 2) "," i % 2 }' >train.csv
commit one && git tag v1
awk 'BEGIN { print "id,age,country,y"
  for (i = 0; i < 200; ++i)
    print i "," (i == 17 ? "unknown" : i == 40 ? 130 : i % 50 == 9 ? "" : i % 80 + 20) "," \
      (i == 5 ? "fr" : substr("FRDEES", i % 3 * 2 + 1, 2)) "," (i == 7 ? 2 : i % 2) }' >train.csv
printf 'id,age,country,y\n900,20,FR,0\n901,3,FR,1\n' >valid.csv
expect_code 1 mlops check
matches_golden check-table.txt
expect_code 0 mlops check -h
matches_golden help-check.txt
