#!/bin/sh
# status tells the state of data and pipeline and the next command, for people and scripts.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops status
contains "$out" "next: mlops init"
mlops init
expect_code 0 mlops status
contains "$out" "next: mlops data add <path>, or write pipeline.toml"

write_pipeline
mlops data add data/in.txt
expect_code 0 mlops status
contains "$out" "would run        'upper'" "next: mlops run"
expect_code 0 mlops status --json
json 'j["data_sets"] == [{"path": "data/in.txt", "state": "unchanged"}]'
json '[(i["instance"], i["state"]) for i in j["instances"]] == [("upper", "would run"), ("count", "would run")]'
mlops run
expect_code 0 mlops status
contains "$out" "nothing to do"
commit one && git tag v1
echo three >>data/in.txt
expect_code 0 mlops status
contains "$out" "modified         'data/in.txt'" "next: mlops data add <path>"
rm data/in.txt
expect_code 0 mlops status
contains "$out" "missing          'data/in.txt'" "next: mlops data checkout"
mlops data checkout

# An out that was edited by hand, and then the outs of another git revision: a run puts them back.
echo mine >upper.txt
expect_code 0 mlops status
contains "$out" "would restore    'upper' (in the store)" "next: mlops run   (puts outs back from the store"
lacks "$out" "nothing to do"
expect_code 0 mlops status --json
json '[i["state"] for i in j["instances"]] == ["would restore", "cached"]'
expect_code 0 mlops run -n
contains "$out" "2 instances, 1 cached, 1 would be restored from the cache"
mlops run
echo three >>data/in.txt
mlops data add data/in.txt
mlops run
commit two
git checkout --quiet v1
expect_code 0 mlops status
contains "$out" "other_version    'data/in.txt'" "next: mlops data checkout   (the pointers name another version"
mlops data checkout data/in.txt
expect_code 0 mlops status
contains "$out" "would restore    'upper'" "would restore    'count'" "next: mlops run   (puts outs back"
mlops data checkout
expect_code 0 mlops status
contains "$out" "nothing to do"

# A clone has no bytes; its own copy of a file can be added, or another clone's store be used.
git clone --quiet . "$scratch/here/clone"
cd "$scratch/here/clone"
expect_code 0 mlops status
contains "$out" "not_in_store     'data/in.txt'" "next: mlops config store.path <store>   (of a clone that has 'data/in.txt'"
mkdir -p data
echo mine >data/in.txt
expect_code 0 mlops status
contains "$out" "next: mlops data add -- data/in.txt"
expect_code 0 mlops data status
contains "$err" "next: mlops data add -- data/in.txt"
rm data/in.txt
mlops config store.path "$scratch/here/repository/.git/mlops/store"
expect_code 0 mlops status
contains "$out" "missing          'data/in.txt'" "next: mlops data checkout"
mlops data checkout
expect_code 0 mlops status
contains "$out" "nothing to do"

# A pointer that is gone or broken comes first.
rm data/in.txt.mlops
expect_code 0 mlops status
contains "$out" "invalid_pointer  'data/in.txt' (the pointer is deleted in the work tree)" \
  "next: git checkout -- data/in.txt.mlops"
git checkout --quiet -- data/in.txt.mlops
echo nonsense >data/in.txt.mlops
(cd data && mlops status) >"$out"
contains "$out" "invalid_pointer  'in.txt' (data/in.txt.mlops:1" "next: git checkout -- in.txt.mlops"
