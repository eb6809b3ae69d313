#!/bin/sh
# mlops alone says where the user stands and what to type next.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops
contains "$out" "not in a git repository" "next: git init && mlops init"

new_repository
expect_code 0 mlops
contains "$out" "next: mlops init"
mlops init
expect_code 0 mlops
contains "$out" "next: mlops data add <path>"
echo 1 >a.csv
mlops data add a.csv
expect_code 0 mlops
contains "$out" "next: write pipeline.toml"
write_pipeline
expect_code 0 mlops
contains "$out" "next: mlops status"
