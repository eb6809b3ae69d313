#!/bin/sh
# Counts are whole numbers.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

printf 'id,truth,answer\n1,1,1\n2,1,1\n' >before.csv
printf 'id,truth,answer\n1,1,nan\n2,1,1\n' >after.csv
expect_code 1 mlops diff before.csv after.csv --key id --label truth --prediction answer --task regression
contains "$out" "new_nonfinite" "(1 value)"
lacks "$out" "1.0000  "
expect_code 1 mlops diff before.csv after.csv --key id --label truth --prediction answer --task regression --json
json '[r["new"] for r in j["predictions"][0]["rules"] if r["metric"] == "new_nonfinite"] == [1]'
contains "$out" '"new": 1,'
