#!/bin/sh
# case 46: clones that push at once, to one directory, all publish; so does who pushes what another has.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository origin
mkdir data
head -c 100000 /dev/urandom >data/shared
mlops data add data/shared
mlops remote add origin "$scratch/here/store" >"$out"
mlops data push >"$out"
commit base
for name in a b c; do git clone --quiet . "$scratch/here/$name"; done
for name in a b c; do
  cd "$scratch/here/$name"
  cp "$scratch/here/origin/data/shared" "data/same-$name"
  head -c 200000 /dev/urandom >"data/of-$name"
  mlops data add "data/same-$name" "data/of-$name"
  commit "$name"
done
for name in a b c; do
  (cd "$scratch/here/$name" && mlops data push >"$scratch/push-$name" 2>&1 && : >"$scratch/done-$name") &
done
wait
for name in a b c; do
  [ -e "$scratch/done-$name" ] || fail "$(cat "$scratch/push-$name")"
done
for name in a b c; do
  git clone --quiet "$scratch/here/$name" "$scratch/here/of-$name"
  cd "$scratch/here/of-$name"
  expect_code 0 mlops data pull
  cmp "data/of-$name" "$scratch/here/$name/data/of-$name"
  cmp data/shared "$scratch/here/origin/data/shared"
  cmp data/shared "data/same-$name"
  expect_code 0 mlops data fsck
done
expect_code 0 mlops remote show --json
json 'j["versions"] == 7 and j["open_pushes"] == 0'
