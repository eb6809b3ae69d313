#!/bin/sh
# A rule that this build cannot judge is refused by its place before anything is read; diff, which does not
# need it, still reads the policy.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
cat >>safeguards.toml <<'END'
[check.a]
table = "answers.csv"
[[check.a.rule]]
kind = "pii"
deny = ["email"]
[check.b]
table = "answers.csv"
[[check.b.rule]]
kind = "rows"
min = 1
END
expect_code 2 mlops check
error_says "kind = \"pii\" is not built yet" "mlops check NAME"
contains "$err" "safeguards.toml:8"
expect_code 0 mlops check b
expect_code 1 mlops diff v1 v2
sed -i 's/^table = .*/&\nbaseline = "train.profile.json"/' safeguards.toml
expect_code 2 mlops check b
error_says "is a profile, which is not built yet" "REV:path"
expect_code 2 mlops check --format html
contains "$err" "html"
