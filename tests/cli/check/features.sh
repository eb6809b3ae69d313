#!/bin/sh
# Personal data, leaking features, groups, correlations and references, from the policy to the exit code: a clean
# table passes, each planted fault fails and is named, and no report shows a personal value.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
awk 'BEGIN { print "id,x,z,sex,country,note,y"
  for (i = 0; i < 400; ++i) {
    print i "," i * 7 % 100 "," i * 7 % 100 + i % 3 "," (i % 5 < 2 ? "F" : "M") "," (i % 2 ? "FR" : "DE") ",ok," i * 7919 % 1009 % 2
  } }' >clean.csv
printf 'code\nFR\nDE\n' >countries.csv
cat >safeguards.toml <<'END2'
schema = 1
[check.c]
table = "t.csv"
label = "y"
key = ["id"]
baseline = "clean.csv"
[[check.c.column]]
name = "id"
monotone = "increasing"
[[check.c.rule]]
kind = "pii"
deny = ["email", "card"]
max = 0.0
[[check.c.rule]]
kind = "target_leakage"
columns = ["x", "z", "sex", "note"]
[[check.c.rule]]
kind = "representation"
columns = "sex"
min = 0.3
max = 0.2
positive = "1"
[[check.c.rule]]
kind = "correlation"
columns = ["x", "z"]
max = 0.2
[[check.c.rule]]
kind = "reference"
columns = "country"
against = "countries.csv"
key = ["code"]
[[check.c.rule]]
kind = "outliers"
columns = ["x", "z"]
max = 0.0
[[check.c.rule]]
kind = "skew"
against = "served.csv"
columns = ["x", "z", "sex"]
max = 0.1
END2
cut -d , -f 1-4 clean.csv >served.csv
cp clean.csv t.csv
expect_code 0 mlops check
contains "$out" "PASS  c" "note: pii knows forms"
fault() { awk -F, -v OFS=, "NR > 1 { $1 } { print }" clean.csv >t.csv; }

fault 'if (NR == 17) $6 = "ada@example.org"'
expect_code 1 mlops check --show-values
contains "$out" "pii [note]: email (1 of 400 values); row 16 'xxx@xxxxxxx.xxx'"
for kind in json junit md github gitlab openmetrics; do
  expect_code 1 mlops check --show-values --format "$kind"
  lacks "$out" "ada@" "example.org"
done
fault '$6 = $7'
expect_code 1 mlops check
contains "$out" "target_leakage auc [note]" "FAIL"
fault '$4 = NR < 40 ? "F" : "M"'
expect_code 1 mlops check
contains "$out" "representation [sex=F]" "38 of 400 rows" "FAIL"
fault '$7 = $4 == "F" ? 1 : $7'
expect_code 1 mlops check
contains "$out" "label_rate_difference [sex]" "F 1.000"
fault '$3 = 100 - $3'
expect_code 1 mlops check
contains "$out" "correlation [x, z]" "against"
fault 'if (NR == 9 || NR == 12) $5 = "XX"'
expect_code 1 mlops check
contains "$out" "reference [country]" "2 of 400 rows" "row 8, row 11"
fault 'if (NR == 21) $2 = 5000'
expect_code 1 mlops check
contains "$out" "outliers [x]" "1 of 400 numbers beyond" "row 20 '####'"
fault '$2 = $2 + 50'
expect_code 1 mlops check
contains "$out" "skew ks [x]" "400 against 400" "skew columns"
fault '$4 = "F"; $7 = i++ % 2'
expect_code 1 mlops check
contains "$out" "skew cramers_v [sex]"
fault 'if (NR == 30) $1 = 2'
expect_code 1 mlops check
contains "$out" "monotone [id]" "row 29 '#'"

# Keys that are wrong are named with their place.
sed 's/"card"/"crad"/' safeguards.toml >wrong.toml
expect_code 2 mlops check --policy wrong.toml
error_says "wrong.toml:12" "did you mean 'card'?"
sed '/^positive/d' safeguards.toml >wrong.toml
expect_code 2 mlops check --policy wrong.toml
contains "$err" "'max' and 'positive' belong together"
sed '/^max = 0.1$/d' safeguards.toml >wrong.toml
expect_code 2 mlops check --policy wrong.toml
contains "$err" "a skew rule needs 'max'"
sed 's/kind = "outliers"/kind = "outlier"/' safeguards.toml >wrong.toml
expect_code 2 mlops check --policy wrong.toml
error_says "not 'outlier'" "did you mean 'outliers'?"
sed '/^label/d' safeguards.toml >wrong.toml
expect_code 2 mlops check --policy wrong.toml
contains "$err" "is about a label, and the check names none"
