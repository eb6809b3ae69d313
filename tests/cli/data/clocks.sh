#!/bin/sh
# Times decide nothing: files of the past, of the future and of the same moment, another time zone, a store whose
# files are a hundred years old or young, a machine whose clock is wrong or jumps. The answers are the same.
# case 55
# shellcheck source=tests/cli/clock.sh
. "${0%/*}/../clock.sh"

new_repository
mkdir data
for when in @-1000000 @0 2100-01-01T00:00:00Z 2026-01-02T03:04:05Z; do
  name=data/$(echo "$when" | tr -c 'a-z0-9\n' _)
  seq 1000 >"$name"
  touch -d "$when" "$name"
done
mlops data add data >"$out"
commit one
cp data.mlops "$scratch/pointer"

is_unchanged() {
  for zone in UTC Pacific/Kiritimati America/St_Johns; do
    TZ=$zone expect_code 0 mlops data status --json
    json '[s["state"] for s in j["data_sets"]] == ["unchanged"]'
  done
}
is_unchanged
TZ=Pacific/Kiritimati expect_code 0 mlops data add data
cmp data.mlops "$scratch/pointer"

# The same size and the same time of change, in the past and in the future, are no reason to believe a file.
for file in data/*; do
  cp -p "$file" "$scratch/before"
  sed -i 's/^7$/8/' "$file"
  touch -r "$scratch/before" "$file"
  expect_code 0 mlops data status --json
  json '[s["state"] for s in j["data_sets"]] == ["modified"]'
  cat "$scratch/before" >"$file"
  touch -r "$scratch/before" "$file"
  is_unchanged
done

# A second version, which nothing names any more, goes; what is named stays, whatever the times say.
echo more >data/more
mlops data add data >"$out"
cp "$scratch/pointer" data.mlops
git add data.mlops
rm data/more
for when in @0 2100-01-01T00:00:00Z; do
  find .git/mlops -exec touch -h -d "$when" {} +
  expect_code 0 mlops data gc
  expect_code 0 mlops data fsck
  contains "$out" "clean:"
  [ "$(find .git/mlops/store/roots -type f | wc -l)" -eq 1 ]
  is_unchanged
done
cp -r data "$scratch/data"
rm -r data
expect_code 0 mlops data checkout
diff -r "$scratch/data" data

# The machine's own clock: 1970, 2100, and one that jumps by a day at each look.
for command in "at_clock $((86400 - $(date +%s)))" "at_clock 2400000000" jumping; do
  rm -f data/now
  for content in one two; do
    echo "$content" >>data/now
    # shellcheck disable=SC2086 # a command and its words
    for verb in "status --json" "add --no-stage data" "status --json" "gc" "fsck"; do expect_code 0 $command mlops data $verb; done
    contains "$out" "clean:"
    expect_code 0 mlops data status --json
    json '[s["state"] for s in j["data_sets"]] == ["unchanged"]'
  done
  cp data.mlops "$scratch/pointer"
  # shellcheck disable=SC2086 # a command and its words
  expect_code 0 $command mlops data add data
  cmp data.mlops "$scratch/pointer"
  sed -i 's/two/six/' data/now
  # shellcheck disable=SC2086 # a command and its words
  expect_code 0 $command mlops data status --json
  json '[s["state"] for s in j["data_sets"]] == ["modified"]'
  # shellcheck disable=SC2086 # a command and its words
  expect_code 2 $command mlops data checkout
  sed -i 's/six/two/' data/now
  rm -r "$scratch/data"
  cp -r data "$scratch/data"
  rm -r data
  # shellcheck disable=SC2086 # a command and its words
  expect_code 0 $command mlops data checkout
  diff -r "$scratch/data" data
  is_unchanged
done
