#!/bin/sh
# A disk that is full indeed, at one point of the work after the other: an add leaves the version before or the new
# one, gc frees what is dead all the same, a repair loses nothing; and where there is room again, each ends its work.
# case 50
# case 51
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"

mount_at disk -t tmpfs -o size=32m tmpfs || skip "no tmpfs can be mounted: $(mount_problem)"

# leave KIB: no more than that is left.
leave() {
  avail=$(df --output=avail "$scratch/disk" | tail -n 1)
  head -c $(((avail - $1) * 1024)) /dev/zero >"$scratch/disk/ballast"
}
make_room() {
  rm "$scratch/disk/ballast"
}
noise() {
  head -c "$1" /dev/urandom
}
packed() {
  du -sk "$scratch/disk/store/packs" | cut -f1
}

new_repository
mlops config store.path "$scratch/disk/store"
mkdir data
noise 3000000 >data/kept
mlops data add data >"$out"
commit one

failed=0
for kib in 0 4 60 700 2000 3500 9000; do
  noise 4000000 >data/new
  cp data.mlops "$scratch/before"
  leave "$kib"
  code=0
  mlops data add data >"$out" 2>"$err" || code=$?
  if [ "$code" -ne 0 ]; then
    [ "$code" -eq 5 ] || fail "exit code $code with $kib KiB left"
    grep -qi "no space" "$err" || fail "another error than a full disk"
    cmp data.mlops "$scratch/before"
    failed=$((failed + 1))
  fi
  expect_code 0 mlops data status
  make_room
  expect_code 0 mlops data fsck
  contains "$out" "clean:"
  expect_code 0 mlops data add data
  expect_code 0 mlops data gc
  rm -r data
  expect_code 0 mlops data checkout
done
[ "$failed" -ge 5 ] || fail "the disk was full $failed times only"
[ "$failed" -lt 7 ] || fail "no add had room"

# Most of it is dead: gc has no room for what it would make anew, and yet makes room.
rm data/new
mlops data add data >"$out"
cp data/kept "$scratch/kept"
leave 0
before=$(packed)
code=0
mlops data gc >"$out" 2>"$err" || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 5 ] || fail "exit code $code of gc"
[ "$(packed)" -lt $((before - 3000)) ] || fail "gc freed nothing: $before KiB, $(packed) KiB"
make_room
expect_code 0 mlops data fsck
contains "$out" "clean:"
rm -r data
expect_code 0 mlops data checkout
cmp data/kept "$scratch/kept"

# No room for a good copy: what is damaged stays where it is, until there is.
pack=$(find "$scratch/disk/store/packs" -type f -size +1M)
chmod u+w "$pack"
printf '\252\125\252\125' | dd of="$pack" bs=1 seek=1500000 conv=notrunc status=none
leave 0
code=0
mlops data fsck --repair >"$out" 2>"$err" || code=$?
[ "$code" -eq 5 ] || [ "$code" -eq 6 ] || fail "exit code $code of repair"
[ -e "$pack" ] || fail "the damaged pack went although its copy had no room"
make_room
expect_code 0 mlops data fsck --repair
contains "$out" "healed chunk " "clean:"
rm -r data
expect_code 0 mlops data checkout
cmp data/kept "$scratch/kept"
