#!/bin/sh
# Clones that share a store keep each other's versions alive; one that is gone, moved, shallow or partial is
# never taken for one that needs nothing.
# case 57
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

share() { mlops config store.path "$scratch/store"; }
has_root() { [ -e "$scratch/store/roots/${1#r1:}" ]; }
lacks_root() { [ ! -e "$scratch/store/roots/${1#r1:}" ]; }
root_of() { sed -n 's/^root = "\(.*\)"/\1/p' "$1"; }

new_repository first
share
head -c 100000 /dev/urandom >a
mlops data add a && commit a
new_repository second
share
head -c 100000 /dev/urandom >b
mlops data add b && b=$(root_of b.mlops)
cd ../first
expect_code 0 mlops data gc
contains "$out" "2 versions in use"
has_root "$b"

# A clone that is gone: nothing is removed, and the way out is named.
mv ../second "$scratch/elsewhere"
expect_code 2 mlops data gc
error_says "uses this store and is not there" "rm -- "
contains "$err" "nothing was removed"
has_root "$b"
# Moved: it says so itself when it is used again.
git -C "$scratch/elsewhere" status --short
mlops -C "$scratch/elsewhere" data status
expect_code 0 mlops data gc
has_root "$b"
# Another clone in its place is not that one.
mv "$scratch/elsewhere" "$scratch/away"
git init --quiet "$scratch/elsewhere"
expect_code 2 mlops data gc
error_says "is not there" "rm -- "
rm -r "$scratch/elsewhere"
# Given up.
record=$(grep -l elsewhere "$scratch/store/clones/"*)
rm "$record"
expect_code 0 mlops data gc
lacks_root "$b"

# A shallow and a partial clone do not know all that they name.
commit two
git clone --quiet --depth 1 "file://$PWD" ../shallow
(cd ../shallow && share && mlops data status)
expect_code 2 mlops data gc
error_says "it is a shallow clone" "fetch --unshallow"
git -C ../shallow fetch --quiet --unshallow
expect_code 0 mlops data gc
git config uploadpack.allowFilter true
git clone --quiet --filter=blob:none "file://$PWD" ../partial
(cd ../partial && share && mlops data status)
expect_code 2 mlops data gc
error_says "it is a partial clone" "clone it again"
