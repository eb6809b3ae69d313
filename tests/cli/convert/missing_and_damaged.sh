#!/bin/sh
# What the cache lacks is named and refused, or kept with --skip-missing; wrong bytes never get in.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

from_sample dvc3
train=.dvc/cache/files/md5/e6/7f0f5d6b7bd3c1dbd9643253056622 # of v2 and v3
first=.dvc/cache/files/md5/d6/149ccc7b4dda2515b0fcc32c56d3b3
lines=.dvc/cache/files/md5/48/a24b70a0b376535542b996af517398
for file in "$train" "$first" "$lines"; do [ -f "$file" ]; done

# Damaged: named, exit 6, nothing changed.
cp "$train" "$scratch/good"
printf 'id,y\n1,0\n2,1\n3,0\n' >"$train"
expect_code 6 mlops convert dvc
error_says "1 data set cannot be taken over; nothing was changed" "dvc fetch"
contains "$err" "'data/train.csv': " "$train' is not what its name says"
[ -z "$(git status --porcelain)" ]
[ ! -e .git/mlops/store/foreign ]

# The work tree has it: the damage is told, and done without.
cp "$scratch/good" data/train.csv
expect_code 0 mlops convert dvc
contains "$err" "is not what its name says: its content was taken from the work tree"
expect_code 0 mlops data fsck
git reset --quiet --hard && git clean -fdq && rm -rf .git/mlops

# Absent.
rm -f "$train" data/train.csv
expect_code 6 mlops convert dvc -n
contains "$err" "the cache lacks e67f0f5d6b7bd3c1dbd9643253056622"
expect_code 6 mlops convert dvc
[ -z "$(git status --porcelain)" ]
expect_code 0 mlops convert dvc --skip-missing
contains "$out" "kept  'data/train.csv': the cache lacks" "converted  'images'"
[ -f data/train.csv.dvc ]
[ ! -e data/train.csv.mlops ]
git commit --quiet -m 'some of it'
expect_code 6 mlops data cat --rev HEAD data/train.csv
error_says "the store lacks data set 'data/train.csv', which was not taken over (md5:e67f0f5d6b7bd3c1dbd9643253056622)" \
  "mlops convert"
expect_code 0 mlops data fsck

# It came back: the same command takes the rest over.
cp "$scratch/good" "$train"
expect_code 0 mlops convert dvc
contains "$out" "converted  'data/train.csv'"
git commit --quiet -m 'the rest'
[ "$(mlops data cat --rev v2 data/train.csv)" = "$(cat "$scratch/good")" ]

# An old version that is damaged is named too, and the rest is done.
rm -rf .git/mlops
git reset --quiet --hard v3
printf x >"$first"
expect_code 6 mlops convert dvc --json
json '[(o["path"], o["state"]) for o in j["left_behind"]] == [("data/train.csv", "damaged")]'
json 'len(j["staged"]) == 10'
git reset --quiet --hard v3 && rm -rf .git/mlops
rm "$first"
expect_code 0 mlops convert dvc
contains "$out" "1 version of old commits is not in the cache"

# A link in the cache is not followed.
git reset --quiet --hard v3 && rm -rf .git/mlops
mv "$lines" "$scratch/lines" && ln -s "$scratch/lines" "$lines"
expect_code 6 mlops convert dvc --json
json '[o["state"] for o in j["left_behind"]] == ["missing", "damaged"]'
json '"symbolic link" in j["left_behind"][1]["problem"]'
