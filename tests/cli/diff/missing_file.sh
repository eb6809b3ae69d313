#!/bin/sh
# A file that is not there is named, whatever flags there are.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old.csv 1
write_predictions new.csv 2
expect_code 2 mlops diff old.csv nosuch.csv --key id --label truth --prediction answer
error_says "there is no file 'nosuch.csv'" "mlops diff old.csv new.csv"
expect_code 2 mlops diff nosuch.tsv old.csv
error_says "there is no file 'nosuch.tsv'" "mlops diff old.csv new.csv"
cp old.csv plain
expect_code 2 mlops diff plain nosuch --key id --prediction answer
error_says "there is no file 'nosuch'" "mlops diff old.csv new.csv"
