#!/bin/sh
# A repository of DVC 3 becomes ours in one commit; its old commits answer from the store alone.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3
equals data/train.csv.dvc "$(git show v3:data/train.csv.dvc)"

# A dry run changes nothing, and makes no store.
expect_code 0 mlops convert dvc -n
contains "$out" "would convert  'data/train.csv': 1 file" "would convert  'images': 4 files" \
  "would take over 6 versions"
is_empty "$err"
[ ! -e .git/mlops/store ]
[ -z "$(git status --porcelain)" ]

expect_code 0 mlops convert dvc
contains "$out" "converted  'data/train.csv': 1 file, 17 B" "converted  'images': 4 files, 30 B" \
  "converted  'run.sh': 1 file" "took over 6 versions" "next: git commit" "DVC and links into it do" "mlops data status first"
git status --porcelain | LC_ALL=C sort >"$out"
equals "$out" "A  data/train.csv.mlops
A  images.mlops
A  pipeline.lock
A  pipeline.toml
A  run.sh.mlops
D  data/train.csv.dvc
D  dvc.lock
D  dvc.yaml
D  images.dvc
D  run.sh.dvc"
git commit --quiet -m ours
rm -rf .dvc/cache

# The conversion changed no data; metrics are outs of a pipeline here, and stay in git.
expect_code 0 mlops data diff v3 HEAD
equals "$out" "$(printf 'A\twork/metrics.json')"
expect_code 0 mlops data diff HEAD~2 HEAD
contains "$out" work/lines.txt
mlops data checkout --rev HEAD~2 data/train.csv
[ "$(wc -c <data/train.csv)" -eq 17 ]
rm data/train.csv
expect_code 0 mlops data diff --stat v1 HEAD
contains "$out" data/train.csv images/ work/lines.txt
expect_code 0 mlops data log --json
json 'len(j["commits"]) == 4'

# Nothing lies here yet: the pointers bring it.
mlops data checkout
equals data/train.csv "$(printf 'id,y\n1,0\n2,1\n3,1')"
[ -x run.sh ]
expect_code 0 mlops data status
contains "$out" unchanged

mlops data cat --rev v1 data/train.csv >"$out"
equals "$out" "$(printf 'id,y\n1,0\n2,1')"
mlops data cat --rev v3 work/lines.txt >"$out"
equals "$out" 4
mlops data ls --rev v1 images >"$out"
contains "$out" images/cats/1.txt images/dog.txt
mlops data checkout --rev v1
[ -f images/cats/1.txt ]
[ ! -e images/bird.txt ]
mlops data checkout

# What old commits name is in use.
expect_code 0 mlops data gc
contains "$out" "6 versions in use"
expect_code 0 mlops data fsck
mlops data cat --rev v1 data/train.csv >"$out"

# Again: nothing to do.
expect_code 0 mlops convert dvc
contains "$out" "no data set of dvc"
