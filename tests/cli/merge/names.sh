#!/bin/sh
# The driver gets any name of a data set whole: git runs it with a shell.
# case 19
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks
commit setup
for name in 'two words' "it's" '"quoted"' '$(touch stolen)' '-rf' '%A' 'x;touch stolen' 'späte Daten'; do
  git checkout --quiet main
  mkdir -- "./$name"
  for file in a b; do echo base >"./$name/$file"; done
  mlops data add -- "$name"
  commit base
  git checkout --quiet -B side
  echo side >"./$name/b"
  mlops data add -- "$name"
  commit side
  git checkout --quiet main
  echo main >"./$name/a"
  mlops data add -- "$name"
  commit main
  expect_code 0 git merge --no-edit side
  [ "$(cat "./$name/a" "./$name/b")" = "main
side" ] || fail "not merged: $name"
done
[ ! -e stolen ]
expect_code 0 mlops data fsck
