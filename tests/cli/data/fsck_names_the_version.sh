#!/bin/sh
# Damage in a pack: fsck and every reader say so with 6; objects, versions and bytes are named, and no
# id that does not exist.
# case 59
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
head -c 300000 /dev/urandom >noise
mlops data add noise
expect_code 0 mlops data fsck
contains "$out" "clean: " "1 version"
expect_code 0 mlops data fsck --json
json 'j["clean"] and j["damages"] == [] and j["pack_damages"] == []'
root=$(sed -n 's/^root = "\(.*\)"/\1/p' noise.mlops)
pack=$(find .git/mlops/store/packs -type f -size +100k)
name=${pack##*/}
chmod u+w "$pack"
cp "$pack" "$scratch/sound"

overwrite() {
  cp "$scratch/sound" "$pack"
  printf '\252\125\252\125' | dd of="$pack" bs=1 seek="$1" conv=notrunc status=none
}

# Stored bytes of a chunk.
overwrite 150000
expect_code 6 mlops data fsck
contains "$out" "damaged chunk " "needed by $root" "1 damaged object: "
lacks "$out" "damaged pack" "0000000000000000"
expect_code 6 mlops data fsck --json
json 'not j["clean"] and j["pack_damages"] == [] and len(j["damages"]) == 1'
json "j['damages'][0]['roots'] == ['$root'] and j['damages'][0]['where'].endswith('/$name')"

# The head of the first block.
overwrite 70
expect_code 6 mlops data fsck
contains "$out" "damaged chunk " "its pack, bytes 64.." "needed by $root" "1 damaged object: "
lacks "$out" "damaged pack" "0000000000000000"

# The header of the pack: no object is lost.
overwrite 30
expect_code 6 mlops data fsck
contains "$out" "damaged pack $name, bytes 0..63: header is damaged" "1 damaged pack: "
lacks "$out" "damaged chunk" "0000000000000000"
expect_code 6 mlops data fsck --json
json 'not j["clean"] and j["damages"] == [] and len(j["pack_damages"]) == 1'
json "j['pack_damages'][0]['pack'] == '$name' and j['pack_damages'][0]['to'] == 64"

overwrite 150000
rm noise
expect_code 6 mlops data checkout
contains "$err" "mlops: error: " "hint: "
[ ! -e noise ]
