#!/bin/sh
# -C runs as if started there, and a missing directory is named.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p "deep/a b"
echo 1 >"deep/a b/x.csv"
cd "$scratch"
expect_code 0 mlops -C "here/repository/deep/a b" data add x.csv
contains "$out" "'x.csv'"
[ -f "here/repository/deep/a b/x.csv.mlops" ]
expect_code 0 mlops data ls -C "$scratch/here/repository/deep"
contains "$out" "a b/x.csv"
expect_code 2 mlops -C nowhere status
error_says "nowhere" "-C"
