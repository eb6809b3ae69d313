#!/bin/sh
# A clone made with --separate-git-dir: gc finds its work tree from there and from other clones, also after a
# move; one that nobody can find stops it.
# case 57
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

root_of() { sed -n 's/^root = "\(.*\)"/\1/p' "$1"; }
has_root() { [ -e "$scratch/store/roots/${1#r1:}" ]; }

new_repository first
mlops config store.path "$scratch/store"
head -c 100000 /dev/urandom >a
mlops data add a && commit a

# A version that only the work tree of the other clone names.
git clone --quiet --separate-git-dir "$scratch/apart.git" . "$scratch/second"
cd "$scratch/second"
git config user.name Ada && git config user.email ada@example.org
mlops config store.path "$scratch/store"
mlops data checkout
head -c 100000 /dev/urandom >b
mlops data add --no-stage b
b=$(root_of b.mlops)
expect_code 0 mlops data gc
has_root "$b"
tr '\0' '\n' <"$scratch/apart.git/mlops/work-trees" >"$scratch/noted"
equals "$scratch/noted" "$scratch/second"

cd "$scratch/here/first"
expect_code 0 mlops data gc
contains "$out" "2 versions in use"
has_root "$b"

# Moved: nothing is removed until it was used again.
mv "$scratch/second" "$scratch/third"
expect_code 2 mlops data gc
error_says "the work tree of '$scratch/apart.git' cannot be found from there" "in that work tree, wherever it is now: mlops data status"
has_root "$b"
expect_code 0 mlops -C "$scratch/third" data status
expect_code 0 mlops data gc
has_root "$b"

# Its place taken by another repository is not its work tree.
rm "$scratch/third/.git"
git init --quiet "$scratch/third"
expect_code 2 mlops data gc
error_says "cannot be found from there" "wherever it is now: mlops data status"
