#!/bin/sh
# What a pipeline of DVC has and ours has not is named with its line before anything changes.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3
cat >>dvc.yaml <<'END'
  other:
    cmd: python x.py
    frozen: true
  far:
    cmd: python y.py
    deps: [/data/y.csv]
END
commit more
expect_code 2 mlops convert dvc
error_says "2 things in DVC's pipelines have no counterpart here" "unfreeze"
contains "$err" "dvc.yaml:14: stages.other.frozen: " "dvc.yaml:17: stages.far.deps[0]: '/data/y.csv' lies outside" \
  "--data-only"
[ -z "$(git status --porcelain)" ]
[ ! -e .git/mlops/store ]
expect_code 2 mlops convert dvc -n
expect_code 0 mlops convert dvc --data-only
git reset --quiet --hard v3

# Edited files of DVC, and files in the place of ours.
echo '# mine' >>dvc.yaml
expect_code 2 mlops convert dvc
error_says "'dvc.yaml' has changes that git does not have" "git checkout -- dvc.yaml"
git reset --quiet --hard v3
echo 'schema = 1' >pipeline.toml
expect_code 2 mlops convert dvc
error_says "'pipeline.toml' is there already" "--data-only"
[ "$(cat pipeline.toml)" = "schema = 1" ]
[ "$(git status --porcelain)" = "?? pipeline.toml" ]
git add pipeline.toml && git commit --quiet -m pipeline
expect_code 2 mlops convert dvc
error_says "git has 'pipeline.toml' already" "--data-only"
git reset --quiet --hard v3

# Another command than DVC ran: the pipeline is converted, the stage is to be run.
sed -i 's/lines.txt &&/lines.txt \&\& true \&\&/' dvc.yaml
commit edited
expect_code 0 mlops convert dvc
contains "$out" "took over 0 results of 1" "to be run  'count': DVC ran another command"
[ ! -e pipeline.lock ]
git commit --quiet -m ours
mlops data checkout
expect_code 0 mlops run
equals work/lines.txt 4

# Other data than DVC saw.
git reset --quiet --hard v3 && git clean -fdq && rm -rf .git/mlops
cp .dvc/cache/files/md5/e6/7f0f5d6b7bd3c1dbd9643253056622 data/train.csv
sed -i 's/md5: e67f0f5d6b7bd3c1dbd9643253056622/md5: ffffffffffffffffffffffffffffffff/' dvc.lock
commit 'another lock'
expect_code 0 mlops convert dvc
contains "$out" "took over 0 results of 1" "to be run  'count': DVC ran it with another 'data/train.csv'"
