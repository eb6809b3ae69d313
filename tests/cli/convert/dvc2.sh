#!/bin/sh
# DVC 2: another layout of the cache, and texts named by their bytes without carriage returns.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc2
expect_code 0 mlops convert dvc --json
json '[(s["path"], s["id"].split(":")[0]) for s in j["data_sets"]] == [("data/train.csv", "md5-dos2unix"), ("images", "md5-dos2unix")]'
json 'j["versions"] == 3 and not j["left_behind"]'
git commit --quiet -m ours
rm -r .dvc/cache
mlops data checkout
[ "$(cat data/train.csv)" = "$(printf 'id,y\r\n1,0\r')" ]
[ "$(mlops data cat --rev v1 data/train.csv)" = "$(printf 'id,y\r\n1,0\r\n2,1\r')" ]
expect_code 0 mlops data diff v2 HEAD
is_empty "$out"
