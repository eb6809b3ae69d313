#!/bin/sh
# Parts of a data set that were checked out are remembered: by checkout, status, add, mv, rm, a run, each work tree.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p d/cats d/dogs
for name in cats/1 cats/2 dogs/1 dogs/2 top; do echo "$name" >"d/$name"; done
mlops data add d
commit one
git branch old
echo more >d/cats/3
echo more >d/dogs/3
mlops data add d
commit two
rm -r d

expect_code 0 mlops data checkout d/cats
contains "$err" "'d' is sparse; the rest of it: mlops data checkout --full -- d"
expect_code 0 mlops data status
contains "$out" "sparse	d	7"
contains "$err" "of 'd' only parts are here: 'd/cats'"
expect_code 0 mlops status
lacks "$out" "sparse"
expect_code 0 mlops data status --json --files
json 'j["data_sets"][0]["state"] == "sparse" and j["data_sets"][0]["parts"] == ["d/cats"]'
json 'j["data_sets"][0]["files"] == []'

# Another branch, and back: the parts and no more.
git checkout --quiet old
expect_code 0 mlops data checkout
[ ! -e d/cats/3 ]
[ ! -e d/dogs ]
expect_code 0 mlops data status -z
[ "$(tr '\0' '|' <"$out")" = "sparse|d|" ]
git checkout --quiet main
expect_code 0 mlops data status
contains "$out" "missing	d"
contains "$err" "1 of 7 files is missing: they belong to its parts"
expect_code 0 mlops data checkout --json d
json 'j["sparse"] == ["d"] and j["written_files"] == 1'
[ -e d/cats/3 ]
[ ! -e d/dogs ]

# More parts, a file among them; one of them twice.
expect_code 0 mlops data checkout d/top d/cats/1
expect_code 0 mlops data status --json
json 'j["data_sets"][0]["parts"] == ["d/cats", "d/top"]'
expect_code 2 mlops data checkout --full d/dogs
error_says "'d/dogs' is inside 'd'" "mlops data checkout --full -- d"

# Adding keeps the rest.
echo changed >d/top
expect_code 0 mlops data add d
contains "$out" "added  'd': 7 files"
commit three

# A linked work tree has parts of its own.
git worktree add --quiet ../linked main -b linked
(
  cd ../linked
  mlops data checkout d/dogs
  expect_code 0 mlops data status --json
  json 'j["data_sets"][0]["parts"] == ["d/dogs"]'
)
expect_code 0 mlops data mv d e
expect_code 0 mlops data status --json
json 'j["data_sets"][0]["state"] == "sparse" and j["data_sets"][0]["parts"] == ["e/cats", "e/top"]'
commit moved
mlops data gc
expect_code 0 mlops data fsck

# A stage that reads a part has it; one that reads more gets all.
printf 'schema = 1\nname = "x"\n[stage.count]\ncmd = "find e -type f | wc -l > n"\ndeps = ["e/cats"]\nouts = ["n"]\n' \
  >pipeline.toml
expect_code 0 mlops run
[ "$(cat n)" -eq 4 ]
sed -i 's|"e/cats"|"e"|' pipeline.toml
expect_code 0 mlops run
[ "$(cat n)" -eq 7 ]
expect_code 0 mlops data status
contains "$out" "unchanged	e"

rm -r e
mlops data checkout e/dogs
expect_code 0 mlops data checkout --full
[ "$(find e -type f | wc -l)" -eq 7 ]
rm -r e
mlops data checkout e/dogs
expect_code 0 mlops data rm e
[ -z "$(ls .git/mlops/partial-main)" ]
