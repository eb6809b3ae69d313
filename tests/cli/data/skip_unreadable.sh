#!/bin/sh
# A pipe in a directory stops the add; --skip-unreadable leaves it out and names it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/a
mkfifo data/pipe
expect_code 2 mlops data add data
contains "$err" "data/pipe" "--skip-unreadable"
[ ! -e data.mlops ]
expect_code 0 mlops data add --skip-unreadable data
contains "$err" "skipped 'data/pipe'"
[ -f data.mlops ]
