#!/bin/sh
# version and --version print one line; --json a record.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops version
grep -Eq '^mlops [0-9]+\.[0-9]+\.[0-9]+$' "$out"
cp "$out" "$scratch/first"
expect_code 0 mlops --version
cmp "$out" "$scratch/first"
expect_code 0 mlops version --json
json 'j["version"] == 1 and j["mlops"].count(".") == 2'
