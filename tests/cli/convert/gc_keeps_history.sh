#!/bin/sh
# Pointers of the other tool keep their versions alive, as long as git has them; fsck names a map that
# is damaged, and gc refuses it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

for sample in dvc3 lfs; do
  cd "$scratch/here"
  from_sample "$sample"
  case $sample in dvc3) tool=dvc path=data/train.csv ;; *) tool=lfs path=a.bin ;; esac
  mlops convert "$tool" >"$out"
  git commit --quiet -m ours
  expect_code 0 mlops data gc
  contains "$out" "freed 0 B"
  mlops data cat --rev v1 "$path" >"$out"

  # Nothing names the first version any more.
  git checkout --quiet --orphan fresh && git commit --quiet -m fresh
  git tag -d v1 v2 >"$out"
  if [ "$sample" = dvc3 ]; then git tag -d v3 >"$out"; fi
  git branch --quiet -D main
  git reflog expire --expire=now --all
  rm -f .git/ORIG_HEAD .git/FETCH_HEAD
  expect_code 0 mlops data gc
  contains "$out" "removed  '$path'"
  mlops data checkout "$path"
  expect_code 0 mlops data fsck

  map=$(echo .git/mlops/store/foreign/*)
  chmod u+w "$map" && printf x >>"$map"
  expect_code 6 mlops data fsck
  contains "$out" "damaged map of foreign versions: " "does not have the content that its name says"
  expect_code 6 mlops data fsck --json
  json 'not j["clean"] and len(j["map_damages"]) == 1'
  expect_code 6 mlops data gc
  contains "$err" "does not have the content that its name says"
done
