#!/bin/sh
# An out that holds a file git tracks is refused with exit code 2, before anything runs.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
echo mine >count.txt
commit one
expect_code 2 mlops run
contains "$err" "count.txt"
[ "$(cat count.txt)" = mine ]
[ ! -e upper.txt ]
