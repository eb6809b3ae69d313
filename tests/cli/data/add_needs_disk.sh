#!/bin/sh
# What the store's disk cannot hold is refused before it is read; what is large is announced.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
truncate -s 15T huge || skip "no file system for a file of 15 TiB"
expect_code 5 mlops data add huge
error_says "'huge' has 15.0 TiB, and the disk of the store has" "mlops config store.path"
[ ! -e huge.mlops ]
expect_code 5 mlops data add -n huge
mkdir set && mv huge set/
echo 1 >set/small
expect_code 5 mlops data add set
error_says "'set' has 15.0 TiB" "in parts"
rm set/huge
expect_code 0 mlops data add set
lacks "$out" "to store, less"
