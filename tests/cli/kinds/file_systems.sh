#!/bin/sh
# case 56: the same answers on other file systems, in the work tree and in the store, and where they differ.
# What this machine cannot mount is named. Never shown here: NFS of two hosts,
# vfat, directories that fold case.
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"

# mount_kind NAME: an empty file system of that kind at $scratch/NAME.
mount_kind() {
  case $1 in
    tmpfs) mount_at tmpfs -t tmpfs tmpfs ;;
    overlay)
      upper=$scratch/overlay-upper
      mkdir "$scratch/overlay-lower"
      mount_at overlay-upper -t tmpfs tmpfs
      mkdir "$upper/up" "$upper/work"
      mount_at overlay -t overlay overlay -o "lowerdir=$scratch/overlay-lower,upperdir=$upper/up,workdir=$upper/work"
      ;;
    *) mount_image "$1" "mkfs.$1" -q ;;
  esac
}

# Everything that writes, with the store beside the work tree or where $1 says.
use_data() {
  git init --quiet repository
  cd repository
  mlops init
  [ -z "${1:-}" ] || mlops config store.path "$1"
  mkdir -p data/sub
  printf 'one' >data/1
  head -c 3000000 /dev/urandom >"data/sub/a large one"
  printf '#!/bin/sh\n' >data/run && chmod +x data/run
  cp -a data "$scratch/before"
  mlops data add data
  commit one
  expect_code 0 mlops data status
  contains "$out" "unchanged	data"
  printf 'two' >data/1
  rm data/run
  mlops data add data
  commit two
  expect_code 0 mlops data checkout --rev HEAD~
  diff -r "$scratch/before" data
  [ -x data/run ]
  printf 'mine' >data/1
  expect_code 2 mlops data checkout
  expect_code 0 mlops data checkout --force
  [ "$(cat data/1)" = two ]
  rm -r data
  expect_code 0 mlops data checkout
  git reset --quiet --hard HEAD~
  git reflog expire --expire=now --all
  expect_code 0 mlops data checkout
  expect_code 0 mlops data gc
  expect_code 0 mlops data fsck
  contains "$out" "clean:"
  diff -r "$scratch/before" data
  rm -r "$scratch/before"
}

shown=
for kind in tmpfs overlay ext4 xfs btrfs; do
  if mount_kind "$kind"; then
    cd "$scratch/$kind"
    use_data
    # The store elsewhere: what is renamed into place is written there, never moved across.
    cd "$scratch/$kind" && mkdir apart && cd apart
    use_data "$scratch/store-of-$kind"
    cd "$scratch" && mkdir "apart-$kind" && cd "apart-$kind"
    use_data "$scratch/$kind/store"
    shown="$shown $kind"
  else
    echo "not shown: $kind: $(mount_problem)" >&3
  fi
done
[ -n "$shown" ] || skip "nothing can be mounted"
