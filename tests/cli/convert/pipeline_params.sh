#!/bin/sh
# A result of DVC is taken over only when every parameter file says what DVC saw: of two that have one key, the stage
# may have read either.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir .dvc
printf '/out.txt\n/.dvc/cache\n' >.gitignore
echo one >in.txt
echo one >out.txt
md5=$(md5sum in.txt) && md5=${md5%% *}
rest=${md5#??}
mkdir -p ".dvc/cache/files/md5/${md5%"$rest"}"
cp in.txt ".dvc/cache/files/md5/${md5%"$rest"}/$rest"
cat >dvc.yaml <<'END'
stages:
  fit:
    cmd: cp in.txt out.txt
    deps: [in.txt]
    params:
    - lr
    - other.yaml:
      - lr
    outs: [out.txt]
END
echo 'lr: 1' >params.yaml
echo 'lr: 1' >other.yaml

# lock_of FIRST SECOND: what DVC says it saw in the two files.
lock_of() {
  cat >dvc.lock <<END
schema: '2.0'
stages:
  fit:
    cmd: cp in.txt out.txt
    deps:
    - {path: in.txt, hash: md5, md5: $md5, size: 4}
    params:
      params.yaml: $1
      other.yaml: $2
    outs:
    - {path: out.txt, hash: md5, md5: $md5, size: 4}
END
}

lock_of '{lr: 1}' '{lr: 1}'
commit dvc
git tag both
expect_code 0 mlops convert dvc
contains "$out" "took over 1 result of 1"
contains pipeline.lock 'stage = "fit"'

for seen in '{lr: 1}/{lr: 2}' '{lr: 2}/{lr: 1}' '{lr: 2}/{}' '{}/{}'; do
  git reset --quiet --hard both && git clean -fdq && rm -rf .git/mlops
  lock_of "${seen%/*}" "${seen#*/}"
  commit "$seen"
  expect_code 0 mlops convert dvc
  contains "$out" "took over 0 results of 1" "to be run  'fit': DVC ran it with another 'lr'"
  [ ! -e pipeline.lock ]
done
