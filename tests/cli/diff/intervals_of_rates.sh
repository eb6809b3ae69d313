#!/bin/sh
# Rates have Wilson intervals (scipy: binomtest(1, 10).proportion_ci(0.95, "wilson")).
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old.csv 1
write_predictions new.csv 2
expect_code 0 mlops diff old.csv new.csv --key id --label truth --prediction answer --json
json 'all([round(end, 6) for end in j["predictions"][0]["metrics"][name]["ci"]] == [0.017876, 0.404150] for name in ("negative_flip_rate", "churn"))'
