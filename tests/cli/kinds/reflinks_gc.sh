#!/bin/sh
# gc of packs whose blocks files share: what stays is shared on, not copied; a later checkout has the content, and its
# blocks; fsck and repair see such packs as any other. Where files cannot share, the same answers.
# case 56
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"

packs() {
  find .git/mlops/store/packs -type f | LC_ALL=C sort
}

# takes_less_than KIB BEFORE: where blocks are shared.
takes_less_than() {
  grown=$(($(used) - $2))
  [ -z "$shares" ] || [ "$grown" -lt "$1" ] || fail "$grown KiB more are in use, not less than $1"
}

# Everything is checked out anew, as it was: these files, in the blocks of the packs.
comes_back() {
  rm -r data
  before=$(used)
  expect_code 0 mlops data checkout
  for file in "$@"; do
    cmp "data/$file" "$scratch/$file"
    if [ -n "$shares" ] && [ "$file" != front ]; then is_shared "data/$file"; fi
  done
  takes_less_than 4000 "$before"
}

use_data() {
  git init --quiet repository
  cd repository
  mlops init
  mkdir data
  cp "$scratch/front-1" "$scratch/front"
  for file in keep front go; do cp "$scratch/$file" "data/$file"; done
  mlops data add data
  packs >"$scratch/first"

  # Most of the pack is dead: a file is gone, another has a new end. What is left goes into a new pack, 21 MB go.
  rm data/go
  { head -c 2500000 "$scratch/front" && cat "$scratch/tail"; } >"$scratch/front.new"
  mv "$scratch/front.new" "$scratch/front"
  cp "$scratch/front" data/front
  expect_code 0 mlops data add data
  before=$(used)
  expect_code 0 mlops data gc
  while read -r pack; do
    [ ! -e "$pack" ] || fail "the old pack is still there"
  done <"$scratch/first"
  [ -z "$shares" ] || is_shared data/keep
  # btrfs gives back an extent as a whole: all of the old 'front' stays for its first part.
  if [ "$name" = btrfs ]; then takes_less_than -17000 "$before"; else takes_less_than -19300 "$before"; fi
  expect_code 0 mlops data fsck
  contains "$out" "clean:"
  comes_back keep front

  # Nine packs become one.
  for i in 1 2 3 4 5 6 7 8 9; do
    tail -c "+$((i * 2000000 - 1999999))" "$scratch/go" | head -c 1900000 >"$scratch/small-$i"
    cp "$scratch/small-$i" "data/small-$i"
    expect_code 0 mlops data add data
  done
  [ "$(packs | wc -l)" -ge 9 ]
  before=$(used)
  expect_code 0 mlops data gc
  [ "$(packs | wc -l)" -eq 1 ]
  # The short ends of runs are copied.
  takes_less_than 4000 "$before"
  expect_code 0 mlops data fsck
  comes_back keep front small-1 small-5 small-9
  # Whoever knows the format reads what gc wrote.
  python3 "$tests/formats/read_store.py" .git/mlops/store >"$scratch/listing"

  # The file is the user's: what he writes into it reaches no pack that gc wrote.
  printf 'mine' | dd of=data/keep bs=1 seek=2000000 conv=notrunc status=none
  expect_code 0 mlops data fsck
  contains "$out" "clean:"
  expect_code 0 mlops data checkout --force
  cmp data/keep "$scratch/keep"

  # Damage in such a pack: named with its version, healed from the work tree, checked out again.
  pack=$(packs)
  chmod u+w "$pack"
  printf '\252\125\252\125' | dd of="$pack" bs=1 seek=3000000 conv=notrunc status=none
  expect_code 6 mlops data fsck
  contains "$out" "damaged chunk " "data set 'data', named by"
  expect_code 0 mlops data fsck --repair
  contains "$out" "healed chunk " "clean:"
  comes_back keep front small-1 small-5 small-9
  expect_code 0 mlops data gc
  expect_code 0 mlops data fsck
}

head -c 3000000 /dev/urandom >"$scratch/keep"
head -c 6000000 /dev/urandom >"$scratch/front-1"
head -c 1000000 /dev/urandom >"$scratch/tail"
head -c 18000000 /dev/urandom >"$scratch/go"

shown=
for kind in "btrfs mkfs.btrfs -q" "xfs mkfs.xfs -q -m reflink=1" "plain mkfs.xfs -q -m reflink=0"; do
  name=${kind%% *}
  # shellcheck disable=SC2086 # a command and its words
  if mount_image "$name" ${kind#* }; then
    cd "$scratch/$name"
    shares=yes
    [ "$name" != plain ] || shares=
    use_data
    unmount_image "$name"
    shown="$shown $name"
  else
    echo "not shown: $name: $(mount_problem)" >&3
  fi
done
case $shown in *btrfs* | *xfs*) ;; *) skip "no file system that shares blocks can be mounted" ;; esac
