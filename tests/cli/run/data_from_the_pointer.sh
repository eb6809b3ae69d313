#!/bin/sh
# A data set that is not checked out is brought before the stage that reads it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops data add data/in.txt
commit one
rm data/in.txt
expect_code 0 mlops run
[ "$(cat count.txt)" = 2 ]
