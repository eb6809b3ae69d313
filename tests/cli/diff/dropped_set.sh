#!/bin/sh
# A prediction set that only the old version declares and that no rule names is shown in every format;
# on_insufficient says what it means.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
cat >>pipeline.toml <<'END'
[predictions.second]
path = "answers.csv"
task = "classification"
key = ["id"]
label = "truth"
prediction = "answer"
END
write_predictions answers.csv 1
commit both && git tag v3
sed -i '/predictions.second/,$d' pipeline.toml
commit one-less && git tag v4

expect_code 0 mlops diff v3 v4
contains "$out" "WARN" "second   nothing to compare" "dropped_set: only in old: 'v4' declares it no more"
expect_code 0 mlops diff v3 v4 --json --format html=report.html
json 'j["verdict"] == "warn" and [s["name"] for s in j["predictions"]] == ["answers", "second"]'
json '[(r["name"], r["verdict"], r["effect"]) for r in j["predictions"][1]["rules"]] == [("dropped_set", "insufficient", "warn")]'
contains report.html "<h2>second</h2>" "only in old: "
for choice in pass=0 fail=3; do
  printf 'schema = 1\n[diff]\non_insufficient = "%s"\n' "${choice%=*}" >safeguards.toml
  expect_code "${choice#*=}" mlops diff v3 v4
  contains "$out" "dropped_set" "insufficient"
done
# What was not asked for is not judged; what was is.
expect_code 0 mlops diff v3 v4 --predictions answers
lacks "$out" "dropped_set"
expect_code 3 mlops diff v3 v4 --predictions second
contains "$out" "dropped_set"
# The other way round the new set has no table to stand against.
expect_code 2 mlops diff v3 v4 --predictions secnod
error_says "no prediction set 'secnod' is declared" "did you mean 'second'?"
