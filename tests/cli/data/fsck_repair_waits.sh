#!/bin/sh
# Packs move only when nobody else uses the store: 7, and --wait waits. What could be healed is.
# case 61
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
head -c 100000 /dev/urandom >noise
mlops data add noise
pack=$(find .git/mlops/store/packs -type f)
chmod u+w "$pack"
printf '\252\125\252\125' | dd of="$pack" bs=1 seek=50000 conv=notrunc status=none

exec 9<.git/mlops/store/lock
flock --shared 9
expect_code 7 mlops data fsck --repair
error_says "is in use by another process" "--wait"
[ -e "$pack" ]
flock --exclusive 9
expect_code 7 mlops data fsck
error_says "is being cleaned by another process" "--wait"
(
  sleep 1
  flock --unlock 9
) &
expect_code 0 mlops data fsck --repair --wait 9<&-
wait
contains "$out" "clean: 1 pack"
[ ! -e "$pack" ]
