#!/bin/sh
# What keeps predictions from being judged hides no other part of the page, says what it is, and is never green.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
printf 'a = 1\n' >params.toml
printf '{"loss": 1}\n' >metrics.json
commit base && git tag v3

# No prediction set is declared: the rest is shown. The policy's rules judge nothing, which is no pass.
sed -i '/predictions.answers/,$d' pipeline.toml
sed -i '/^predictions/d' safeguards.toml
git rm --quiet answers.csv
commit none && git tag v4
git checkout --quiet -b next
printf 'more\n' >more.txt
commit more && git tag v5
expect_code 0 mlops diff v4 v5
contains "$out" "1 commit, 1 file" "A  more.txt" "note: predictions: neither 'v4' nor 'v5' declares a prediction set" \
  "man mlops-pipeline" "rules that judged no set"
sed -i 's/^schema = 1/&\n[diff]\non_insufficient = "fail"/' safeguards.toml
expect_code 3 mlops diff v4 v5
rm safeguards.toml
expect_code 0 mlops diff v4 v5
contains "$out" "more.txt" "declares a prediction set"
lacks "$out" "no policy" "PASS"
expect_code 0 mlops diff v4 v5 --json --format html="$scratch/page.html" --format md="$scratch/comment.md"
json 'j["verdict"] == "skipped" and "declares a prediction set" in j["problems"][0] and j["code"]["files"]'
contains "$scratch/page.html" "declares a prediction set" "more.txt"
contains "$scratch/comment.md" "declares a prediction set" "more.txt"
# Whoever asks for predictions, or for a report of rules, is told.
expect_code 2 mlops diff v4 v5 --only predictions
error_says "declares a prediction set" "add [predictions.NAME]"
expect_code 2 mlops diff v4 v5 --format junit=rules.xml
[ ! -e rules.xml ]

# A pipeline that cannot be read, in HEAD.
git checkout --quiet main
git checkout --quiet -b broken v3
printf 'not = toml = at all\n' >>pipeline.toml
printf 'x\n' >new.txt
commit broken
expect_code 2 mlops diff v3 HEAD
contains "$out" "code     1 commit, 2 files" "A  new.txt" "note: predictions: " "pipeline.toml"
contains "$err" "mlops: error: " "pipeline.toml"
expect_code 2 mlops diff v3 HEAD --json --format junit=rules.xml
json 'j["verdict"] == "skipped" and j["predictions"] == [] and j["code"]["files"]'
[ ! -e rules.xml ]
expect_code 2 mlops diff v3 HEAD --format junit
is_empty "$out"
# A table that cannot be compared.
git checkout --quiet -f main
printf 'id,truth\n1,1\n' >answers.csv
commit column
expect_code 2 mlops diff v3 HEAD
contains "$out" "column" "answers.csv"
contains "$err" "has no column 'answer'"
