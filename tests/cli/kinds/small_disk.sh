#!/bin/sh
# What takes more than half of what the store's disk has left is announced before it is read, by add and by convert;
# what does not fit is refused with nothing done; of what is stored already only the new counts.
# shellcheck source=tests/cli/mounts.sh
. "${0%/*}/../mounts.sh"

mount_at disk -t tmpfs -o size=48m tmpfs || skip "no tmpfs can be mounted: $(mount_problem)"

is_unchanged() {
  [ -z "$(git status --porcelain)" ] || fail "git sees a change"
  [ -z "$(find "$scratch/disk" -type f -path '*/packs/*')" ] || fail "something was stored"
}

# ---- add

new_repository
mlops init
mlops config store.path "$scratch/disk/added"
commit setup
head -c 30000000 /dev/zero | tr '\0' 'a' >large
head -c 1000000 /dev/zero >small
head -c 60000000 /dev/zero >huge
printf '/large\n/small\n/huge\n' >.git/info/exclude

expect_code 5 mlops data add huge
error_says "'huge' has 57.2 MiB, and the disk of the store has 4" "mlops config store.path"
is_unchanged
expect_code 0 mlops data add -n large
contains "$out" "28.6 MiB to store, less what compresses or is there already; 4" " MiB left"
expect_code 0 mlops data add small
lacks "$out" "to store, less"
expect_code 0 mlops data add large
contains "$out" "28.6 MiB to store, less what compresses"
# The next version shares most of it.
echo more >>large
expect_code 0 mlops data add large
lacks "$out" "to store, less"
expect_code 0 mlops data fsck

# ---- convert

# cached_file NAME SIZE: a file of that size in the cache of DVC, and a .dvc file that names it.
cached_file() {
  head -c "$2" /dev/zero | tr '\0' "${3:-a}" >"$scratch/content"
  md5=$(md5sum "$scratch/content") && md5=${md5%% *}
  mkdir -p ".dvc/cache/files/md5/${md5%"${md5#??}"}"
  cp "$scratch/content" ".dvc/cache/files/md5/${md5%"${md5#??}"}/${md5#??}"
  printf 'outs:\n- md5: %s\n  hash: md5\n  path: %s\n' "$md5" "$1" >"$1.dvc"
}

rm -r "$scratch/disk/added"
new_repository dvc
mlops config store.path "$scratch/disk/dvc"
printf '/.dvc\n/model\n' >.gitignore
cached_file model 60000000
commit dvc
expect_code 5 mlops convert dvc
error_says "the other tool's cache has 57.2 MiB, and the disk of the store has 4" "mlops config store.path"
is_unchanged
cached_file model 30000000 b
commit smaller
# All of history counts, and none of it is taken over when it does not fit.
expect_code 5 mlops convert dvc
error_says "the other tool's cache has 85.8 MiB" "mlops config store.path"
is_unchanged
git update-ref -d HEAD
commit "without history"
git reflog expire --expire=now --all
expect_code 0 mlops convert dvc
contains "$out" "28.6 MiB to store, less what compresses or is there already; 4" "converted  'model'"
expect_code 0 mlops data fsck

rm -r "$scratch/disk/dvc"
new_repository lfs
mlops config store.path "$scratch/disk/lfs"
head -c 60000000 /dev/zero >"$scratch/content"
oid=$(sha256sum "$scratch/content") && oid=${oid%% *}
objects=.git/lfs/objects/$(echo "$oid" | cut -c1-2)/$(echo "$oid" | cut -c3-4)
mkdir -p "$objects" && cp "$scratch/content" "$objects/$oid"
printf '*.bin filter=lfs diff=lfs merge=lfs -text\n' >.gitattributes
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 60000000\n' "$oid" >a.bin
commit lfs
expect_code 5 mlops convert lfs
error_says "the other tool's cache has 57.2 MiB" "mlops config store.path"
is_unchanged
