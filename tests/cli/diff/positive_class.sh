#!/bin/sh
# A positive class that no row has is a slip, or an event too rare for these rows.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write_predictions old.csv 1
write_predictions new.csv 2
expect_code 2 mlops diff old.csv new.csv --key id --label truth --prediction answer --positive 7
error_says "'new.csv': no label and no prediction is the positive class '7'" "the classes are '0', '1'"
printf 'id,truth,answer\n1,0,0\n2,0,0\n' >rare.csv
expect_code 0 mlops diff rare.csv rare.csv --key id --label truth --prediction answer --positive 1
contains "$out" "note: no label and no prediction is the positive class '1'"
