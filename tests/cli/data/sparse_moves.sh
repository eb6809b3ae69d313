#!/bin/sh
# A sparse data set stays sparse under another path: moved here, or by git to and fro.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p d/cats d/dogs
for name in cats/1 cats/2 dogs/1 dogs/2; do echo "$name" >"d/$name"; done
mlops data add d
commit one
git branch old
git clone --quiet . "$scratch/other"
rm -r d
expect_code 0 mlops data checkout d/cats

expect_code 0 mlops data mv d animals
commit two
expect_code 0 mlops data checkout --json
json 'j["sparse"] == ["animals"] and j["written_files"] == 0'
expect_code 0 mlops data status --json
json 'j["data_sets"][0]["state"] == "sparse" and j["data_sets"][0]["parts"] == ["animals/cats"]'
[ ! -e animals/dogs ]
rm animals/cats/2
expect_code 0 mlops data checkout --json
json 'j["written_files"] == 1'
[ ! -e animals/dogs ]

# Back to the commit in which it had the other path, and forward again.
git checkout --quiet old
expect_code 0 mlops data checkout --json
json 'j["sparse"] == ["d"] and j["gone"] == ["animals"]'
[ -e d/cats/2 ]
[ ! -e d/dogs ]
[ ! -e animals ]
git checkout --quiet main
expect_code 0 mlops data checkout
[ -e animals/cats/2 ]
[ ! -e animals/dogs ]
[ ! -e d ]

# Another clone, sparse under the old path, gets the move by a pull.
root=$PWD
cd "$scratch/other"
mlops config store.path "$root/.git/mlops/store"
expect_code 0 mlops data checkout d/dogs
git pull --quiet
expect_code 0 mlops data checkout --json
json 'j["sparse"] == ["animals"]'
[ -e animals/dogs/1 ]
[ ! -e animals/cats ]

# All of it is asked for as always; another version that takes the path is no move.
expect_code 0 mlops data checkout --full animals
[ -e animals/cats/1 ]
expect_code 0 mlops data status
contains "$out" "unchanged	animals"
