#!/bin/sh
# JSON on stdout is one document, whatever there is to say beside it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old.csv 1
set -- old.csv old.csv --key id --label truth --prediction answer
expect_code 0 mlops diff "$@" --format json --format html=report.html
json 'j["verdict"] == "pass"'
contains "$err" "no policy" "html report: report.html"
expect_code 0 mlops diff "$@" --format json --quiet
json 'j["verdict"] == "pass"'
is_empty "$err"
expect_code 0 mlops diff "$@" --json --format html=report.html
json 'j["verdict"] == "pass"'
is_empty "$err"
