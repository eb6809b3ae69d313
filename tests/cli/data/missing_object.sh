#!/bin/sh
# A version that the store does not have: status says not-in-store, checkout ends with 6 and what to do.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >a
mlops data add a
rm -r .git/mlops/store
expect_code 0 mlops data status
grep -Eq "^not.in.store	a	" "$out"
rm a
expect_code 6 mlops data checkout
contains "$err" "mlops: error: " "hint: "
expect_code 6 mlops data cat a
