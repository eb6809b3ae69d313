#!/bin/sh
# Where files can share blocks, a large file that does not compress shares them with the store, after add and after
# checkout: seen by the file system's own account. Damage in shared blocks is found before a file is there.
# Where files cannot share, the same answers.
# case 56
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"

# grows_by_less_than KIB BEFORE
grows_by_less_than() {
  grown=$(($(used) - $2))
  [ "$grown" -lt "$1" ] || fail "$grown KiB more are in use, not less than $1"
}

# A large file of noise, one of noise and text in turns, one that was shifted by some bytes.
use_data() {
  git init --quiet repository
  cd repository
  mlops init
  mkdir data
  cp "$scratch/noise" data/noise
  before=$(used)
  mlops data add data
  [ -z "$1" ] || grows_by_less_than 4000 "$before"
  [ -z "$1" ] || is_shared data/noise
  commit one
  # Whoever knows the format reads these packs.
  if [ "$name" = btrfs ]; then python3 "$tests/formats/read_store.py" .git/mlops/store >"$scratch/listing"; fi

  rm data/noise
  before=$(used)
  mlops data checkout
  cmp data/noise "$scratch/noise"
  [ -z "$1" ] || grows_by_less_than 4000 "$before"
  [ -z "$1" ] || is_shared data/noise
  # The file is the user's: what he writes into it stays out of the store.
  printf 'mine' | dd of=data/noise bs=1 seek=5000000 conv=notrunc status=none
  expect_code 0 mlops data fsck
  contains "$out" "clean:"
  expect_code 0 mlops data checkout --force
  cmp data/noise "$scratch/noise"

  cp "$scratch/mixed" data/mixed
  { printf 'shifted' && cat "$scratch/noise"; } >data/shifted
  mlops data add data
  commit two
  cp data/shifted "$scratch/shifted"
  rm -r data
  mlops data checkout
  for file in noise mixed shifted; do cmp "data/$file" "$scratch/$file"; done
  expect_code 0 mlops data fsck
  expect_code 0 mlops data gc
  expect_code 0 mlops data fsck

  # A bit that turned in the pack is not shared on.
  pack=$(find .git/mlops/store/packs -type f -size +10M | head -n 1)
  chmod u+w "$pack"
  printf '\252\125\252\125' | dd of="$pack" bs=1 seek=9000000 conv=notrunc status=none
  rm -r data
  expect_code 6 mlops data checkout
  error_says "damaged" "mlops data fsck --repair"
  rm -rf data && mkdir data
  for file in noise mixed shifted; do cp "$scratch/$file" "data/$file"; done
  expect_code 0 mlops data add data
  contains "$out" "healed "
  expect_code 0 mlops data fsck --repair
  rm -r data
  mlops data checkout
  for file in noise mixed shifted; do cmp "data/$file" "$scratch/$file"; done
}

head -c 12000000 /dev/urandom >"$scratch/noise"
for part in 0 1 2 3; do
  dd if="$scratch/noise" bs=1000000 skip="$part" count=1 status=none
  seq 200000
done >"$scratch/mixed"

shown=
for kind in "btrfs mkfs.btrfs -q" "xfs mkfs.xfs -q -m reflink=1" "plain mkfs.xfs -q -m reflink=0"; do
  name=${kind%% *}
  # shellcheck disable=SC2086 # a command and its words
  if mount_image "$name" ${kind#* }; then
    cd "$scratch/$name"
    case $name in
      plain) use_data '' ;;
      *)
        use_data shared
        # The work tree on another file system than the store.
        mkdir "$scratch/apart-$name" && cd "$scratch/apart-$name" && git init --quiet . && mlops init
        mlops config store.path "$scratch/$name/store"
        cp "$scratch/noise" noise
        mlops data add noise
        rm noise
        mlops data checkout
        cmp noise "$scratch/noise"
        ;;
    esac
    unmount_image "$name"
    shown="$shown $name"
  else
    echo "not shown: $name: $(mount_problem)" >&3
  fi
done
case $shown in *btrfs* | *xfs*) ;; *) skip "no file system that shares blocks can be mounted" ;; esac
