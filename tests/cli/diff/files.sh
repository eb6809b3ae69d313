#!/bin/sh
# Two files are compared by the columns that the flags name; nothing is guessed.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old.csv 1
write_predictions new.csv 2
expect_code 2 mlops diff old.csv new.csv
error_says "--key" "mlops diff old.csv new.csv --key"
expect_code 0 mlops diff old.csv new.csv --key id --label truth --prediction answer
contains "$out" "accuracy" "0.9000" "0.8000"
expect_code 2 mlops diff old.csv new.csv --key id --label truth --prediction nosuch
contains "$err" "'nosuch'" "old.csv"
expect_code 2 mlops diff old.csv new.csv --key id --probability yes
error_says "CLASS=COLUMN" "--probability yes=p_yes"
printf 'schema = 1\n[[diff.rule]]\nmetric = "accuracy"\nmax_drop = 0.01\n' >policy.toml
expect_code 1 mlops diff old.csv new.csv --key id --label truth --prediction answer --policy policy.toml
# They may lie anywhere, inside of a repository or not.
mkdir -p below && cd below
expect_code 1 mlops diff ../old.csv "$PWD/../new.csv" --key id --label truth --prediction answer \
  --policy ../policy.toml
contains "$out" "accuracy" "0.9000" "0.8000"
