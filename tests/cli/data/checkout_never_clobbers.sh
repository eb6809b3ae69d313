#!/bin/sh
# What the store does not know is never overwritten, and then nothing else is written either.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/a
echo 2 >data/b
mlops data add data
echo mine >data/a
rm data/b
expect_code 2 mlops data checkout
error_says "the store does not know" "mlops data add"
contains "$err" "data/a" "--force"
[ "$(cat data/a)" = mine ]
[ ! -e data/b ]
rm -r data && echo mine >data
expect_code 2 mlops data checkout
[ "$(cat data)" = mine ]

# What is in the way of a directory above the data set stays, and --force does not claim otherwise.
rm data && mkdir up
echo 3 >up/c
mlops data add up/c
commit "with a directory"
rm -r up && echo mine >up
expect_code 2 mlops data checkout --rev HEAD up/c --force
error_says "up is in the place of a directory" "--force cannot"
[ "$(cat up)" = mine ]
