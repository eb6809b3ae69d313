#!/bin/sh
# What a rule measured and why it ended so; slices that got worse; slices to look at; a policy that today's pair keeps.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# 600 rows; the new version is wrong on most rows of ward C and sex f, and nowhere else.
awk -v wrong=0 'BEGIN { print "id,y,m,ward,sex"; for (i = 0; i < 600; ++i)
  print i "," i % 2 "," i % 2 "," substr("ABC", i % 3 + 1, 1) "," substr("fm", int(i / 3) % 2 + 1, 1) }' >old.csv
awk -F, 'NR == 1 { print; next } $4 == "C" && $5 == "f" && $1 % 5 != 0 { $3 = 1 - $2 } { print $1 "," $2 "," $3 "," $4 "," $5 }' \
  old.csv >new.csv
set -- old.csv new.csv --key id --label y --prediction m

expect_code 0 mlops diff "$@" --find-slices ward,sex
contains "$out" "slices that got worse: 3 of 11 tested (at least 30 rows, of ward, sex; negative_flip_rate of all rows 0.1" \
  "ward*sex=C*f" "p, Holm"
expect_code 0 mlops diff "$@" --find-slices '*' --json --format html=page.html --format md=comment.md
json '[(s["columns"], s["value"]) for s in j["predictions"][0]["slice_search"]["found"]][0] == ("ward*sex", "C*f")'
json 'j["predictions"][0]["slice_search"]["columns"] == ["ward", "sex"] and j["predictions"][0]["slice_search"]["tested"] == 11'
contains page.html "Slices that got worse" "[ward*sex]"
contains comment.md "Slices that got worse" "80 of 100"
expect_code 0 mlops diff old.csv old.csv --key id --label y --prediction m --find-slices ward
contains "$out" "slices that got worse: none of 3 tested"
expect_code 2 mlops diff "$@" --find-slices nosuch
contains "$err" "has no column 'nosuch'"

expect_code 0 mlops diff "$@" --by ward,ward*sex
contains "$out" "accuracy by ward " "accuracy by ward*sex" "C*f"

cat >policy.toml <<'END2'
schema = 1
[[diff.rule]]
name = "accuracy must not fall"
metric = "accuracy"
max_drop = 0.05
[[diff.rule]]
metric = "churn"
max = 0.5
[[diff.rule]]
metric = "ece"
max_rise = 0.02
END2
expect_code 1 mlops diff "$@" --policy policy.toml --explain accuracy
contains "$out" "FAIL  accuracy   files   old.csv -> new.csv   policy.toml:2" "accuracy must not fall" \
  "the share of rows whose prediction is the label" "sum(w [p = y]) / sum(w)" "600 rows of new.csv, columns id, y, m" \
  "Bonett-Price" "drop <= 0.05" "point: the estimate" "allowed at least -0.05: broken" "why" "it passes when the change is at least -0.05" "rows)"
lacks "$out" "churn"
expect_code 1 mlops diff "$@" --policy policy.toml --explain "accuracy must not fall"
contains "$out" "FAIL  accuracy"
expect_code 1 mlops diff "$@" --policy policy.toml --explain churn
contains "$out" "pass  churn" "it fails when the new value is more than 0.5"
expect_code 1 mlops diff "$@" --policy policy.toml --explain ece
contains "$out" "insufficient  ece10" "no probability columns are declared" "on_insufficient"
expect_code 1 mlops diff "$@" --policy policy.toml --explain missing_rows
contains "$out" "a rule of the house"
expect_code 0 mlops diff "$@" --explain f1_macro
contains "$out" "skipped  f1_macro" "no rule is on it" "interval" "bootstrap"
expect_code 2 mlops diff "$@" --policy policy.toml --explain acuracy
error_says "no rule is called 'acuracy'" "did you mean 'accuracy'?"

mlops diff "$@" --suggest-policy >suggested.toml
contains suggested.toml 'metric = "accuracy"' "max_drop = " 'predictions = "files"'
expect_code 0 mlops diff "$@" --policy suggested.toml
contains "$out" "PASS"
lacks "$out" "insufficient  "
expect_code 2 mlops diff "$@" --suggest-policy --format md
error_says "--suggest-policy prints a policy" "> safeguards.toml"
# What no policy allows.
sed 's/^1,1,1,/1,1,9,/' new.csv >nine.csv
expect_code 1 mlops diff old.csv nine.csv --key id --label y --prediction m --suggest-policy
contains "$out" "# files: no policy allows new_labels"
contains "$err" "no policy lets this pair pass"

# It may be written over the policy that lies there.
two_versions
expect_code 1 mlops diff v1 v2
mlops diff v1 v2 --suggest-policy >safeguards.toml
contains safeguards.toml 'predictions = "answers"'
expect_code 0 mlops diff v1 v2
contains "$out" "PASS"
