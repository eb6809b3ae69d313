#!/bin/sh
# -q prints errors only.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 0 mlops -q init
is_empty "$out"
expect_code 0 mlops -q run
is_empty "$out"
is_empty "$err"
expect_code 0 mlops status -q
is_empty "$out"
expect_code 2 mlops -q run nosuch
contains "$err" "mlops: error: "
