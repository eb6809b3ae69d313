#!/bin/sh
# REV:path is a table of a version, of git, of a data set or of a run; alone it stands against the same path of the
# work tree. Nothing is checked out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
flags="--key id --label truth --prediction answer"
# shellcheck disable=SC2086 # words
expect_code 0 mlops diff v1:answers.csv v2:answers.csv $flags
contains "$out" "v1:answers.csv -> v2:answers.csv" "10 rows aligned by id" "0.9000" "0.7000"
write_predictions answers.csv 5
# shellcheck disable=SC2086
expect_code 0 mlops diff v1:answers.csv $flags
contains "$out" "v1:answers.csv -> answers.csv" "0.9000" "0.5000"
mkdir -p below
# shellcheck disable=SC2086
(cd below && expect_code 0 mlops diff HEAD:../answers.csv ../answers.csv $flags)
contains "$out" "0.7000" "0.5000"
# shellcheck disable=SC2086
expect_code 0 mlops diff 'HEAD@{0}:answers.csv' answers.csv $flags --json
json 'j["predictions"][0]["counts"]["negative_flips"] == 2 and j["old"]["name"] == "HEAD@{0}:answers.csv"'

# A file of a data set that is not checked out.
write_predictions data/answers.csv 2
mlops data add data >"$out"
commit data
rm -r data
# shellcheck disable=SC2086
expect_code 0 mlops diff HEAD:data/answers.csv v1:answers.csv $flags
contains "$out" "0.8000" "0.9000"
[ ! -e data ]

# What is not there, and flags that are missing.
# shellcheck disable=SC2086
expect_code 2 mlops diff v1:answer.csv answers.csv $flags
error_says "'v1' has no 'answer.csv'" "git ls-tree"
# shellcheck disable=SC2086
expect_code 2 mlops diff nowhere:answers.csv answers.csv $flags
contains "$err" "nowhere"
expect_code 2 mlops diff v1:answers.csv v2:answers.csv
error_says "two tables need --key" "--key id"
# shellcheck disable=SC2086
expect_code 2 mlops diff v1:answers.csv v2:answers.csv $flags --only code
contains "$err" "--only is for versions"
