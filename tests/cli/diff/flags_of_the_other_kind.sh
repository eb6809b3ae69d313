#!/bin/sh
# Flags for two files are refused for revisions, with where it is said instead.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expect_code 2 mlops diff v1 v2 --key id
error_says "--key is for two files" "pipeline.toml"
expect_code 2 mlops diff v1...v1...v1
contains "$err" "mlops: error: " "hint: "
expect_code 2 mlops diff v1 v2 --predictions nosuch
contains "$err" "'nosuch'"
