#!/bin/sh
# What was not judged, or only looks fine, is no pass: a check of which no rule applies, rows that are dated in the
# future, a column all of whose values were replaced.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
printf 'id,day,city\n1,2019-01-01,a\n2,2099-01-01,b\n' >t.csv
seq 0 399 | awk '{ print $1 ",2020-01-01,old" $1 % 100 }' | sed '1i id,day,city' >old.csv
sed 's/,old/,new/' old.csv >new.csv
cat >safeguards.toml <<'END2'
schema = 1
[check.typo]
table = "t.csv"
[[check.typo.column]]
name = "agee"
type = "int"
[check.fresh]
table = "t.csv"
[[check.fresh.rule]]
kind = "freshness"
time = "day"
max = "7d"
[check.drift]
table = "new.csv"
baseline = "old.csv"
[[check.drift.rule]]
kind = "drift"
columns = ["city"]
max = 0.1
END2
expect_code 3 mlops check typo
contains "$out" "no rule was judged"
expect_code 1 mlops check fresh
contains "$out" "lies in the future"
expect_code 0 mlops check drift
contains "$out" "drift cramers_v [city]" "insufficient" "most rows have values too rare"
sed -i 's/^max = 0.1$/max = 0.1\nmethod = "psi"/' safeguards.toml
expect_code 1 mlops check drift
