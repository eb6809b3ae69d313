# shellcheck shell=sh
# Sourced in the place of common.sh by scripts that mount file systems: what follows is run again in a mount
# namespace that nobody else sees.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

if [ "${1:-}" != mounted ]; then
  unshare --mount true 2>"$err" || skip "no mount namespace of its own: $(cat "$err")"
  export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
  code=0
  unshare --mount /bin/sh -c 'CLI_CLEARED=yes exec /bin/sh "$0" mounted' "$script" 2>&3 || code=$?
  exit "$code"
fi

PATH=$PATH:/usr/sbin:/sbin
mounts=
unmount_all() {
  code=$?
  set +e
  cd /
  for at in $mounts; do umount --quiet --lazy "$at"; done
  (exit "$code")
  finish
}
trap unmount_all EXIT

# mount_at NAME MOUNT-ARGUMENT...: mounts it at $scratch/NAME.
mount_at() {
  at=$scratch/$1
  shift
  mkdir -p "$at"
  mount "$@" "$at" 2>>"$err" || return 1
  mounts="$at $mounts"
}

# mount_image NAME MKFS...: an empty file system at $scratch/NAME, made by this command in a file of 512 MiB.
mount_image() {
  name=$1
  shift
  truncate -s 512M "$scratch/$name.image"
  "$@" "$scratch/$name.image" >"$out" 2>"$err" && mount_at "$name" -o loop "$scratch/$name.image"
}

# Why nothing was mounted, without the trace of the shell.
mount_problem() {
  grep -v '^+' "$err" | head -n 1
}

# unmount_image NAME: makes room for the next.
unmount_image() {
  cd /
  umount "$scratch/$1" || umount --lazy "$scratch/$1"
  rm "$scratch/$1.image"
}

# KiB in use where we stand.
used() {
  sync -f .
  df --output=used . | tail -n 1
}

is_shared() {
  sync "$1"
  filefrag -v "$1" >"$scratch/extents"
  grep -q shared "$scratch/extents" || fail "$1 shares no blocks"
}
