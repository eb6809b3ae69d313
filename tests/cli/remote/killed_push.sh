#!/bin/sh
# A push that is killed at any time publishes all or nothing; the next one goes on and closes what was left.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
for file in 1 2 3 4 5 6; do head -c 3000000 /dev/urandom >"data/$file"; done
mlops data add data
mlops remote add origin "$scratch/here/store" >"$out"
commit one
for delay in 0.05 0.15 0.25 0.4 0.6; do
  mlops data push >"$scratch/killed" 2>&1 &
  push=$!
  sleep "$delay"
  kill -9 "$push" 2>/dev/null || true
  wait "$push" 2>/dev/null || true
done
expect_code 0 mlops data push
expect_code 0 mlops remote show --json
json 'j["versions"] == 1'
git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
# So is a pull.
for delay in 0.1 0.3; do
  mlops data pull >"$scratch/killed" 2>&1 &
  pull=$!
  sleep "$delay"
  kill -9 "$pull" 2>/dev/null || true
  wait "$pull" 2>/dev/null || true
done
expect_code 0 mlops data pull
diff -r data "$scratch/here/repository/data"
expect_code 0 mlops data fsck
