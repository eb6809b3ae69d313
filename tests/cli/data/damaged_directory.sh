#!/bin/sh
# A damaged directory: fsck names it with the versions that it hurts, every reader names the data set and the step
# that brings it back; adding again, another clone's store, and --repair each do.
# case 59
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

packs() {
  find .git/mlops/store/packs -type f | LC_ALL=C sort
}

# A version whose pack has directories only: the content was there.
new_repository
mkdir -p set/sub
echo one >set/sub/one
echo two >set/two
mlops data add set
commit one
packs >"$scratch/before"
mv set/sub/one set/sub/renamed
mlops data add set
commit two
root=$(sed -n 's/^root = "\(.*\)"/\1/p' set.mlops)
pack=$(packs | LC_ALL=C comm -13 "$scratch/before" -)
[ "$(echo "$pack" | wc -l)" -eq 1 ]
chmod u+w "$pack"
cp "$pack" "$scratch/sound"
cp -r .git/mlops/store "$scratch/other"

damage() {
  cp "$scratch/sound" "$pack"
  printf '\252\125\252\125' | dd of="$pack" bs=1 seek=$(($(stat -c %s "$pack") / 3)) conv=notrunc status=none
}

damage
expect_code 6 mlops data fsck
contains "$out" "damaged node " "needed by $root: data set 'set', named by HEAD and work tree"
contains "$err" "next: mlops data fsck --repair --dry-run"
lacks "$out" "HEAD~" "0000000000000000"
expect_code 6 mlops data fsck --json
json 'any(d["type"] == "node" and d["versions"][0]["path"] == "set" for d in j["damages"])'

# Every reader says what is hurt and what to do.
mv set "$scratch/set"
for command in "checkout" "ls set" "cat set/two" "diff HEAD~ HEAD"; do
  # shellcheck disable=SC2086 # words
  expect_code 6 mlops data $command
  contains "$err" "mlops: error: " "'set" "hint: " "mlops data fsck --repair"
done
error_says "damaged" "mlops data fsck --repair"
[ ! -e set/sub ]
# The version before it is whole.
expect_code 0 mlops data checkout --rev HEAD~
[ "$(cat set/sub/one)" = one ]
rm -r set

# Nobody here has a copy.
expect_code 6 mlops data fsck --repair
contains "$out" "lost node " "needed by $root: data set 'set'"
error_says "there are objects without a good copy" "of a clone that has them"

# The work tree heals it.
mv "$scratch/set" set
expect_code 0 mlops data fsck --repair
contains "$out" "healed node " ": work tree"
expect_code 0 mlops data fsck
rm -r set
expect_code 0 mlops data checkout
[ "$(cat set/sub/renamed)" = one ]

# Adding the same again heals it too.
chmod -R u+w .git/mlops/store
rm -rf .git/mlops/store && cp -r "$scratch/other" .git/mlops/store
damage
expect_code 6 mlops data fsck
expect_code 0 mlops data add set
contains "$out" "healed "
git diff --exit-code HEAD
expect_code 0 mlops data fsck --repair
expect_code 0 mlops data ls set

# The store of a clone that has it.
rm -rf .git/mlops/store && cp -r "$scratch/other" .git/mlops/store
damage
rm -r set
expect_code 6 mlops data checkout
mlops config store.path "$scratch/other"
expect_code 0 mlops data checkout
[ "$(cat set/sub/renamed)" = one ]
