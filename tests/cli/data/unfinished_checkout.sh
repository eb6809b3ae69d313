#!/bin/sh
# A checkout that fails half-way loses nothing: status counts what is missing, add keeps it, a run brings it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
for i in $(seq 10 29); do echo "first $i" >"data/a$i"; done
mlops data add data
find .git/mlops/store/packs -type f | sort >"$scratch/before"
# Large enough for blocks of their own: the directory's node stays readable.
for i in 1 2 3 4; do awk -v seed="$i" 'BEGIN { srand(seed); while (n++ < 9000) print rand() }' >"data/b$i"; done
mlops data add data
commit "twenty-four files"
pack=$(find .git/mlops/store/packs -type f | sort | comm -13 "$scratch/before" -)
cp "$pack" "$scratch/sound"
chmod u+w "$pack"
dd if=/dev/zero of="$pack" bs=1 count=64 seek="$(($(wc -c <"$pack") / 2))" conv=notrunc
rm -r data
expect_code 6 mlops data checkout -j 1
[ -e data/a10 ]
[ "$(find data -type f | wc -l)" -lt 24 ]
here=$(find data -type f | wc -l)
verb=are
[ "$here" -ne 23 ] || verb=is
missing="$((24 - here)) of 24 files $verb missing"

expect_code 0 mlops data status
contains "$out" "missing	data	"
contains "$err" "'data': $missing: a checkout did not finish" "next: mlops data checkout"
expect_code 0 mlops data status --json
json 'j["data_sets"][0]["state"] == "missing" and "a checkout did not finish" in j["data_sets"][0]["problem"]'
expect_code 0 mlops data add data
contains "$out" "unchanged  'data': 24 files"
git diff --exit-code HEAD

cp "$scratch/sound" "$pack"
printf 'schema = 1\nname = "x"\n[stage.count]\ncmd = "ls data | wc -l > n"\ndeps = ["data"]\nouts = ["n"]\n' \
  >pipeline.toml
expect_code 0 mlops run
[ "$(cat n)" -eq 24 ]
expect_code 0 mlops data status
contains "$out" "unchanged	data	"
rm data/b*
expect_code 0 mlops data add data
contains "$out" "added  'data': 20 files"
