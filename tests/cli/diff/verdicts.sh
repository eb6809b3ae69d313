#!/bin/sh
# The exit code is the verdict: 0 pass, 1 a rule is broken, 2 unusable, 3 evidence is missing.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expect_code 1 mlops diff v1 v2
contains "$out" "accuracy" "0.9" "0.7" "FAIL"
expect_code 0 mlops diff v1 v1
expect_code 0 mlops diff v2 v1
expect_code 2 mlops diff v1 v9
error_says "unknown revision 'v9'" "git tag --list"
printf 'schema = 1\n[diff]\non_insufficient = "fail"\n[[diff.rule]]\npredictions = "answers"\nmetric = "ece"\nmax_rise = 0.01\n' >safeguards.toml
expect_code 3 mlops diff v1 v2
sed -i 's/^metric.*/&\nmax_rize = 1/' safeguards.toml
expect_code 2 mlops diff v1 v2
error_says "safeguards.toml:7" "did you mean 'max_rise'?"
