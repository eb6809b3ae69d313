#!/bin/sh
# case 56: the same answers on other file systems, in the work tree and in the store, and where they differ.
# What this machine cannot mount is named. Never shown here: NFS of two hosts,
# vfat, directories that fold case.
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
  for at in overlay overlay-upper tmpfs ext4 xfs btrfs; do umount --quiet --lazy "$scratch/$at"; done
  (exit "$code")
  finish
}
trap unmount_all EXIT

# Why a file system was not mounted, without the trace of the shell.
reason() {
  grep -v '^+' "$err" | head -n 1
}

# mount_at NAME: an empty file system of that kind at $scratch/NAME.
mount_at() {
  at=$scratch/$1
  image=$scratch/$1.image
  mkdir "$at"
  case $1 in
    tmpfs) mount -t tmpfs tmpfs "$at" ;;
    overlay)
      mkdir "$at-lower" "$at-upper"
      mount -t tmpfs tmpfs "$at-upper"
      mkdir "$at-upper/up" "$at-upper/work"
      mount -t overlay overlay -o "lowerdir=$at-lower,upperdir=$at-upper/up,workdir=$at-upper/work" "$at"
      ;;
    *)
      truncate -s 512M "$image"
      "mkfs.$1" -q "$image" && mount -o loop "$image" "$at"
      ;;
  esac >"$out" 2>"$err"
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
  if mount_at "$kind"; then
    cd "$scratch/$kind"
    use_data
    # The store elsewhere: what is renamed into place is written there, never moved across.
    cd "$scratch/$kind" && mkdir apart && cd apart
    use_data "$scratch/store-of-$kind"
    cd "$scratch" && mkdir "apart-$kind" && cd "apart-$kind"
    use_data "$scratch/$kind/store"
    shown="$shown $kind"
  else
    echo "not shown: $kind: $(reason)" >&3
  fi
done
[ -n "$shown" ] || skip "nothing can be mounted"
