#!/bin/sh
# A Parquet file that pandas' writer or DuckDB made is compared with a CSV file of the same rows; what only
# has the name is refused with exit code 2.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

printf 'id,truth,answer\n1,1,1\n2,0,0\n3,1,0\n' >old.csv
cp "${0%/*}/samples/answers.parquet" new.parquet
expect_code 0 mlops diff old.csv new.parquet --key id --label truth --prediction answer --format json
json 'j["predictions"][0]["counts"]["matched"] == 3 and j["predictions"][0]["counts"]["changed"] == 1'
json 'j["predictions"][0]["counts"]["positive_flips"] == 1'
cp old.csv fake.parquet
expect_code 2 mlops diff old.csv fake.parquet --key id --label truth --prediction answer
error_says "'fake.parquet' is no Parquet file that can be read: No magic bytes found at end of file" "as .csv"
