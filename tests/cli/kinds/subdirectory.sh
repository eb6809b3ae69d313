#!/bin/sh
# From a subdirectory paths are read and shown as seen from there.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mkdir -p sub/deeper
echo 1 >sub/x.csv
cd sub/deeper
expect_code 0 mlops data add ../x.csv
contains "$out" "'../x.csv'"
expect_code 0 mlops data status
contains "$out" "unchanged	../x.csv"
expect_code 0 mlops data ls ../x.csv
contains "$out" "../x.csv"
rm ../x.csv
expect_code 0 mlops data checkout ../x.csv
[ -f ../x.csv ]
expect_code 0 mlops run ../../pipeline.toml upper
[ -f ../../upper.txt ]
expect_code 0 mlops pipeline validate
