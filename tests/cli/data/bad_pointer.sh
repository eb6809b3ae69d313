#!/bin/sh
# A pointer that cannot be read is named with its line, by status and by checkout.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >a
mlops data add a
sed -i 's/^root = .*/root = "nonsense"/' a.mlops
line=$(grep -n '^root' a.mlops | cut -d: -f1)
expect_code 0 mlops data status
grep -Eq "^invalid.pointer	a	.*a.mlops:$line" "$out"
expect_code 2 mlops data checkout
contains "$err" "a.mlops:$line"
