#!/bin/sh
# A check that cannot be judged is refused by its place before anything is read; diff, which does not need it, still
# reads the policy.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
cat >>safeguards.toml <<'END'
[check.b]
table = "answers.csv"
[[check.b.rule]]
kind = "drift"
max = 0.1
END
expect_code 2 mlops check b
error_says "kind = \"drift\" compares with a baseline, and the check names none" "baseline ="
expect_code 1 mlops diff v1 v2
