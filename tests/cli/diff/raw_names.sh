#!/bin/sh
# Names that are no UTF-8 stay different.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old.csv 1
cp old.csv "$(printf '\376.csv')"
cp old.csv "$(printf '\377.csv')"
expect_code 0 mlops diff "$(printf '\376.csv')" "$(printf '\377.csv')" --key id --label truth --prediction answer --json
json 'j["old"]["name"] == r"\xfe.csv" and j["new"]["name"] == r"\xff.csv"'
json 'j["old"]["name_hex"] == "fe2e637376" and j["new"]["name_hex"] == "ff2e637376"'
