#!/bin/sh
# Where files can share blocks, a large file that does not compress shares them with the store, after add and after
# checkout: seen by the file system's own account. Damage in shared blocks is found before a file is there.
# Where files cannot share, the same answers.
# case 56
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

if [ "${1:-}" != mounted ]; then
  unshare --mount true 2>"$err" || skip "no mount namespace of its own: $(cat "$err")"
  export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
  unshare --mount /bin/sh -c 'CLI_CLEARED=yes exec /bin/sh "$0" mounted' "$script" 2>&3
  exit
fi

PATH=$PATH:/usr/sbin:/sbin
unmount_all() {
  code=$?
  set +e
  cd /
  for at in btrfs xfs plain; do umount --quiet --lazy "$scratch/$at"; done
  (exit "$code")
  finish
}
trap unmount_all EXIT

# mount_at NAME MKFS...: an empty file system at $scratch/NAME.
mount_at() {
  at=$1
  shift
  mkdir "$scratch/$at"
  truncate -s 512M "$scratch/$at.image"
  "$@" "$scratch/$at.image" >"$out" 2>"$err" && mount -o loop "$scratch/$at.image" "$scratch/$at" 2>>"$err"
}

# KiB in use where we stand.
used() {
  sync -f .
  df --output=used . | tail -n 1
}

# grows_by_less_than KIB BEFORE
grows_by_less_than() {
  grown=$(($(used) - $2))
  [ "$grown" -lt "$1" ] || fail "$grown KiB more are in use, not less than $1"
}

is_shared() {
  sync "$1"
  filefrag -v "$1" >"$scratch/extents"
  grep -q shared "$scratch/extents" || fail "$1 shares no blocks"
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
  if mount_at "$name" ${kind#* }; then
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
    cd /
    umount "$scratch/$name" || umount --lazy "$scratch/$name"
    rm "$scratch/$name.image"
    shown="$shown $name"
  else
    echo "not shown: $name: $(grep -v '^+' "$err" | head -n 1)" >&3
  fi
done
case $shown in *btrfs* | *xfs*) ;; *) skip "no file system that shares blocks can be mounted" ;; esac
