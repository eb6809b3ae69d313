#!/bin/sh
# Where a commit has a pointer of ours and one of DVC for the same path, ours counts; converting that
# again would go back in time.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3
mlops convert dvc >"$out"
git commit --quiet -m ours
git checkout v1 -- data/train.csv.dvc
git commit --quiet -m both
expect_code 0 mlops data ls --rev HEAD --json
json 'sorted(f["path"] for f in j["files"]).count("data/train.csv") == 1'
[ "$(mlops data cat --rev HEAD data/train.csv | wc -c)" -eq 17 ]
expect_code 0 mlops data diff HEAD~1 HEAD
is_empty "$out"
expect_code 2 mlops convert dvc
error_says "'data/train.csv' is a data set of ours already" "git rm --cached -- data/train.csv.dvc"
[ -z "$(git status --porcelain)" ]
