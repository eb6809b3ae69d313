#!/bin/sh
# A bare repository and the inside of .git are no work tree, and the message says so.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

git init --quiet --bare bare
expect_code 2 mlops -C bare status
contains "$err" "mlops: error: " "work tree" "hint: "
new_repository
expect_code 2 mlops -C .git status
contains "$err" "mlops: error: " "work tree" "hint: "
