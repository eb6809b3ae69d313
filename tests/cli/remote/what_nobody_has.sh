#!/bin/sh
# A pointer whose data nobody pushed: the rest is pulled, and the message says who can help.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository ada
echo a >a && echo b >b
mlops data add a b
mlops remote add origin "$scratch/here/store" >"$out"
mlops data push a >"$out"
commit one
git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
expect_code 6 mlops data pull
error_says "remote 'origin' does not have the version of 'b'" "mlops data push"
cmp a "$scratch/here/ada/a"
[ ! -e b ]
expect_code 6 mlops data push
error_says "the version of 'b' is neither in the store nor on remote" "mlops data push"
expect_code 2 mlops data pull no-such-thing
error_says "is no data set" "mlops data status"
