#!/bin/sh
# A partial clone: blobs that are not here are fetched by git, or named.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
git config uploadpack.allowFilter true
git clone --quiet --filter=blob:none "file://$PWD" "$scratch/here/partial"
cd "$scratch/here/partial"
expect_code 0 mlops doctor
contains "$out" "partial"
expect_code 0 mlops status
expect_code 1 mlops diff v1 v2
contains "$out" "0.9000" "0.7000"
