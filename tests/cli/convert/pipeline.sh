#!/bin/sh
# A pipeline of DVC becomes one of ours: what DVC ran is up to date here, and what changed runs.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3

# A dry run says so, and changes nothing.
expect_code 0 mlops convert dvc -n
contains "$out" "would convert  'dvc.yaml': 1 stage in 'pipeline.toml'"
[ ! -e pipeline.toml ]
[ -z "$(git status --porcelain)" ]

expect_code 0 mlops convert dvc
contains "$out" "converted  'dvc.yaml': 1 stage in 'pipeline.toml'" \
  "took over 1 result of 1 that dvc.lock names"
git status --porcelain | LC_ALL=C sort >"$out"
contains "$out" "A  pipeline.toml" "A  pipeline.lock" "D  dvc.yaml" "D  dvc.lock"
contains pipeline.toml '[stage.count]' 'workdir = "work"' 'deps = ["data/train.csv"]' 'outs = ["work/lines.txt"]' \
  'metrics = ["work/metrics.json"]' 'shell = ["sh", "-c"]'
contains pipeline.lock 'stage = "count"' 'path = "work/lines.txt"' 'grade = "weak"'
expect_code 0 mlops pipeline validate
git commit --quiet -m ours
mv .dvc/cache "$scratch/cache"

# Nothing lies here yet: what DVC made comes from the store.
expect_code 0 mlops run
contains "$out" restored
equals work/lines.txt 4
[ -z "$(git status --porcelain)" ]
expect_code 0 mlops run --cache-only

# Another command, and it runs.
sed -i 's/wc -l </cat </' pipeline.toml
expect_code 0 mlops run
contains work/lines.txt "id,y"

# DVC's own pipeline can stay.
git reset --quiet --hard v3 && git clean -fdq && rm -rf .git/mlops
mv "$scratch/cache" .dvc/cache
expect_code 0 mlops convert dvc --data-only --json
json 'j["pipeline"] is None'
[ -f dvc.yaml ]
[ ! -e pipeline.toml ]
