#!/bin/sh
# diff compares HEAD with the work tree, one revision with it, and A...B from the merge base.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expect_code 0 mlops diff
write_predictions answers.csv 5
expect_code 1 mlops diff
contains "$out" "HEAD" "work tree" "0.7000" "0.5000"
expect_code 1 mlops diff v1
contains "$out" "0.9000" "0.5000"
git checkout --quiet -f v1
git checkout --quiet -b side
write_predictions answers.csv 2
commit side
expect_code 1 mlops diff main...side
contains "$out" "0.9000" "0.8000"
expect_code 2 mlops diff side --policy nowhere.toml
error_says "'nowhere.toml'" "safeguards"
