#!/bin/sh
# In a sparse checkout pointers that are not on disk are left alone.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir a b
echo 1 >a/x.csv
echo 2 >b/y.csv
mlops data add a/x.csv b/y.csv
commit one
git clone --quiet --sparse . "$scratch/here/sparse"
mkdir -p "$scratch/here/sparse/.git/mlops"
cp -r .git/mlops/store "$scratch/here/sparse/.git/mlops/"
cd "$scratch/here/sparse"
git sparse-checkout set a
expect_code 0 mlops data checkout
[ "$(cat a/x.csv)" = 1 ]
[ ! -e b ]
expect_code 0 mlops data status
contains "$out" "unchanged	a/x.csv"
expect_code 0 mlops data diff
is_empty "$out"
expect_code 0 mlops doctor
contains "$out" "sparse"
echo 3 >a/new.csv
expect_code 0 mlops data add a/new.csv
git status --porcelain >"$out"
lacks "$out" "b/"
