#!/bin/sh
# What this build cannot do is refused by its place before anything is read; diff, which does not need it, still reads
# the policy.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
cat >>safeguards.toml <<'END'
[check.b]
table = "answers.csv"
baseline = "train.profile.json"
[[check.b.rule]]
kind = "rows"
min = 1
END
expect_code 2 mlops check b
error_says "is a profile, which is not built yet" "REV:path"
expect_code 1 mlops diff v1 v2
