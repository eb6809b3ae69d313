#!/bin/sh
# The exit code is the verdict: 0 pass, 1 a rule is broken, 2 unusable, 3 evidence is missing.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 2 mlops check
error_says "there is no safeguards.toml" "mlops check --infer"
printf 'schema = 1\n' >safeguards.toml
expect_code 2 mlops check
error_says "has no [check.NAME]" "man mlops-safeguards"
cat >safeguards.toml <<'END'
schema = 1
[check.people]
table = "people.csv"
on_insufficient = "fail"
[[check.people.column]]
name = "age"
type = "int"
required = true
nullable = 0.5
min = 0
max = 120
[check.other]
table = "other.csv"
[[check.other.rule]]
kind = "rows"
min = 1
END
printf 'id,age\n1,20\n2,\n3,120\n' >people.csv
printf 'x\n1\n' >other.csv
expect_code 0 mlops check
contains "$out" "PASS  people   people.csv   3 rows" "range [age]" "0..120" "PASS  other"
printf 'id,age\n1,20\n2,\n3,121\n4,-1\n' >people.csv
expect_code 1 mlops check people
contains "$out" "FAIL  people" "2 of 3 values" "range [age]: row 3 '###', row 4 '-#'"
lacks "$out" "121" "other"
expect_code 0 mlops check other
printf 'id,age\n1,\n' >people.csv
expect_code 1 mlops check people # too many nulls, beside what could not be judged
sed -i 's/^nullable.*/nullable = 1/' safeguards.toml
expect_code 3 mlops check people
contains "$out" "insufficient" "there is no value"
rm people.csv
expect_code 2 mlops check people
error_says "safeguards.toml:2: check.people: there is no table 'people.csv'" "mlops data checkout"
expect_code 2 mlops check poeple
error_says "has no check 'poeple'" "did you mean 'people'?"
expect_code 2 mlops check other.csv
error_says "has no check 'other.csv'" "mlops check other.csv --use people"
expect_code 1 mlops check other.csv --use people
contains "$out" "there is no such column" "skipped"
expect_code 2 mlops check --use people
error_says "no table is named" "mlops check data.csv --use people"
sed -i 's/^min = 1/&\nminn = 1/' safeguards.toml
expect_code 2 mlops check other
error_says "safeguards.toml:17" "did you mean 'min'?"
