#!/bin/sh
# With the tools themselves, where they are: what they made, we take over.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

if ! git lfs version >"$out" 2>&1; then skip "git-lfs is not installed (third_party/install.sh bench)"; fi
new_repository lfs
git lfs install --local >"$out"
git lfs track '*.bin' 'data/**' >"$out"
mkdir data
i=0
while [ $i -lt 20 ]; do
  head -c 3000 /dev/urandom >"data/$i.dat"
  i=$((i + 1))
done
head -c 3000000 /dev/urandom >large.bin
cp large.bin "$scratch/large"
commit one && git tag one
printf more >>large.bin
commit two
expect_code 0 mlops convert lfs
git commit --quiet -m ours
rm -rf .git/lfs
[ -z "$(git status --porcelain)" ]
expect_code 0 mlops data status
contains "$out" unchanged
lacks "$out" modified
mlops data cat --rev one large.bin | cmp - "$scratch/large"
expect_code 0 mlops data diff one HEAD --json
json '[d["path"] for d in j["data_sets"]] == ["large.bin"]'

dvc=$(command -v dvc || true)
for place in "${HOST_CACHE:-/nonexistent}"/mlops/bench/dvc-*/bin/dvc; do
  if [ -x "$place" ]; then dvc=$place; fi
done
if [ -z "$dvc" ]; then skip "git-lfs is fine; DVC is not installed (tests/bench/data/run installs it)"; fi
cd "$scratch/here"
new_repository dvc
"$dvc" init -q
"$dvc" config core.analytics false
"$dvc" config core.check_update false
mkdir -p data/sub
head -c 3000000 /dev/urandom >data/large
cp data/large "$scratch/large"
i=0
while [ $i -lt 20 ]; do
  head -c 3000 /dev/urandom >"data/sub/with space $i"
  i=$((i + 1))
done
"$dvc" add -q data
commit one && git tag one
printf more >>data/large
"$dvc" add -q data
commit two
expect_code 0 mlops convert dvc
git commit --quiet -m ours
rm -rf .dvc/cache
expect_code 0 mlops data status
contains "$out" unchanged
lacks "$out" modified
mlops data cat --rev one data/large | cmp - "$scratch/large"
