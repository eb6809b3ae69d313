#!/bin/sh
# A clone without the bytes: whatever needs them ends with 6, fsck names them, and the hint mends it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
mlops data add data/in.txt
mlops run
commit one
expect_code 0 mlops data fsck
contains "$out" "clean: "
root=$(sed -n 's/^root = "\(.*\)"/\1/p' data/in.txt.mlops)

git clone --quiet . "$scratch/here/clone"
cd "$scratch/here/clone"
for command in "data checkout" "data ls" "data cat data/in.txt" run; do
  # shellcheck disable=SC2086 # words of a command
  expect_code 6 mlops $command
  error_says "the store lacks " "mlops config store.path <store>"
done
expect_code 6 mlops data fsck
contains "$out" "missing data set 'data/in.txt' ($root), named by HEAD and work tree" \
  "missing out 'upper.txt' (" "missing out 'count.txt' (" "3 missing versions: 0 packs"
lacks "$out" "clean"
error_says "the store lacks 3 versions that git names" "mlops config store.path <store>"
expect_code 6 mlops data fsck --json
json 'j["clean"] is False and j["damages"] == [] and len(j["missing"]) == 3'
json '{"what": "data set", "path": "data/in.txt", "root": "'"$root"'", "named_by": ["HEAD", "work tree"]} in j["missing"]'
rm pipeline.lock
expect_code 6 mlops data fsck
contains "$out" "missing out 'upper.txt' (" "named by HEAD"

# A pointer that cannot be read hides nothing.
git checkout --quiet -- pipeline.lock
echo nonsense >data/in.txt.mlops
expect_code 6 mlops data fsck
contains "$out" "note: 'data/in.txt': data/in.txt.mlops:1" "missing out 'upper.txt'" \
  "missing data set 'data/in.txt' ($root), named by HEAD"
git checkout --quiet -- data/in.txt.mlops

mlops config store.path "$scratch/here/repository/.git/mlops/store"
expect_code 0 mlops data fsck
expect_code 0 mlops data checkout
cmp data/in.txt "$scratch/here/repository/data/in.txt"
