#!/bin/sh
# While the store is being cleaned data add ends with 7; with --wait it goes on afterwards.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >a
mlops data add a
echo 2 >a
mkfifo "$scratch/release"
# What gc holds: the exclusive lock.
flock -x .git/mlops/store/lock sh -c "touch '$scratch/held'; read -r _ <'$scratch/release'" &
for _ in $(seq 300); do [ ! -e "$scratch/held" ] || break; sleep 0.1; done
expect_code 7 mlops data add a
error_says "is being cleaned by another process" "--wait"
mlops data add --wait a >"$out" &
waiter=$!
echo >"$scratch/release"
wait "$waiter"
contains "$out" "added  'a'"
