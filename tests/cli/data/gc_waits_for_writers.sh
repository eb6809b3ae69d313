#!/bin/sh
# gc's last step is alone in the store: it says who is in the way, or waits. Readers never wait.
# case 61
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >a
mlops data add a
rm a a.mlops && git rm --cached --quiet a.mlops
mkfifo "$scratch/release"
flock -s .git/mlops/store/lock sh -c "touch '$scratch/held'; read -r _ <'$scratch/release'" &
for _ in $(seq 300); do [ ! -e "$scratch/held" ] || break; sleep 0.1; done
expect_code 7 mlops data gc
error_says "is in use by another process" "with --wait"
contains "$err" "(held by process "
expect_code 0 mlops data gc -n
expect_code 0 mlops data status
mlops data gc --wait >"$out" &
waiter=$!
echo >"$scratch/release"
wait "$waiter"
contains "$out" "removed  'a': 1 version"
