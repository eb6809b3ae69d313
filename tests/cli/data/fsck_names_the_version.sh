#!/bin/sh
# A flipped byte in a pack: fsck and every reader say so with 6 and name the object and the version.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
head -c 300000 /dev/urandom >noise
mlops data add noise
expect_code 0 mlops data fsck
contains "$out" "clean: " "1 version"
root=$(sed -n 's/^root = "\(.*\)"/\1/p' noise.mlops)
pack=$(find .git/mlops/store/packs -type f -size +100k)
chmod u+w "$pack"
printf '\252\125\252\125' | dd of="$pack" bs=1 seek=150000 conv=notrunc status=none
expect_code 6 mlops data fsck
contains "$out" "damaged" "needed by $root" "damaged object"
expect_code 6 mlops data fsck --json
json 'not j["clean"] and j["damages"] and any(d["roots"] for d in j["damages"])'
rm noise
expect_code 6 mlops data checkout
contains "$err" "mlops: error: " "hint: "
[ ! -e noise ]
