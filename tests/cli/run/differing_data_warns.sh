#!/bin/sh
# A run that reads data which is not what its pointer names says so in one line.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops data add data/in.txt
commit one && git tag v1
echo three >>data/in.txt
mlops data add data/in.txt
commit two
expect_code 0 mlops run
lacks "$err" "warning: "
git checkout --quiet v1
expect_code 0 mlops run
contains "$err" "not what its pointer names" "mlops data status" "'data/in.txt' (other_version)"
[ "$(grep -c 'warning: ' "$err")" -eq 1 ]
echo four >>data/in.txt
expect_code 0 mlops run
contains "$err" "'data/in.txt' (modified)"
expect_code 0 mlops run count
contains "$err" "'data/in.txt' (modified)"
