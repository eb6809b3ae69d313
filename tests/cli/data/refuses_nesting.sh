#!/bin/sh
# A data set inside another one is refused in both directions.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p a/b
echo 1 >a/b/c
mlops data add a
expect_code 2 mlops data add a/b/c
error_says "'a/b/c' is inside the data set 'a'" "mlops data add a"
mkdir -p x/y
echo 1 >x/y/z
mlops data add x/y/z
expect_code 2 mlops data add x
error_says "x/y/z" "mlops data"
