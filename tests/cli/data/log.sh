#!/bin/sh
# log names the commits that changed data, as git log does, and what they changed.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 2 mlops data log
error_says "unknown revision 'HEAD'" "git commit"
commit empty
expect_code 0 mlops data log
is_empty "$out"
contains "$err" "no commit has data"

mkdir -p data/images
printf 'a' >data/images/1.png
printf 'bb' >data/images/2.png
mlops data add data/images
commit one && git tag v1
echo text >README && commit "no data"
printf 'A!' >data/images/1.png
printf 'c' >data/images/3.png
mlops data add data/images
commit two && git tag v2
printf 'x' >data/table.csv
mlops data add data/table.csv
commit three
git rm --quiet data/images.mlops && rm -r data/images
commit four

date=2026-01-02T03:04:05Z
ada="Ada <ada@example.org>"
row() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(git rev-parse "$1")" "$date" "$ada" "$2" "$3" "$4" "$5" "$6"
}
expect_code 0 mlops data log
equals "$out" "$(row HEAD 0 0 data/images/ removed four
  row HEAD~1 1 1 data/table.csv added three
  row v2 3 5 data/images/ "1 added, 1 changed" two
  row v1 2 3 data/images/ added one)"
expect_code 0 mlops data log data/images/1.png
equals "$out" "$(row HEAD 0 0 data/images/1.png removed four
  row v2 1 2 data/images/1.png "1 changed" two
  row v1 1 1 data/images/1.png added one)"
expect_code 0 mlops data log --rev v2 --max-count 1 data/images
equals "$out" "$(row v2 3 5 data/images/ "1 added, 1 changed" two)"
expect_code 0 mlops data log --json data/images/2.png
json '[c["subject"] for c in j["commits"]] == ["four", "one"]'
json 'j["commits"][1]["date"] == "2026-01-02T03:04:05Z" and j["commits"][1]["data_sets"] == [{
  "path": "data/images/2.png", "old_path": None, "change": "added", "kind": "file",
  "before": {"files": 0, "bytes": 0}, "after": {"files": 1, "bytes": 2},
  "added": 1, "removed": 0, "changed": 0, "renamed": 0, "in_store": True}]'
expect_code 2 mlops data log data/nothing
error_says "'data/nothing' was never data" "mlops data ls --rev HEAD"
expect_code 2 mlops data log --rev v9
error_says "unknown revision 'v9'" "git tag --list"
expect_code 2 mlops data log --max-count many
contains "$err" "'many'"

# A merge that takes one side is left out, one that makes a third version is named.
git checkout --quiet -b side v1
mlops data checkout
printf 'side' >data/images/4.png
mlops data add data/images && commit side
git checkout --quiet -b merged v2
git merge --quiet -s ours -m "took v2" side
expect_code 0 mlops data log --json data/images
json '[c["subject"] for c in j["commits"]] == ["two", "one"]'
mlops data checkout
printf 'third' >data/images/5.png
mlops data add data/images
git commit --quiet --amend --no-edit
expect_code 0 mlops data log --json data/images
json 'sorted(c["subject"] for c in j["commits"]) == ["one", "side", "took v2", "two"]'

# What the store lacks is known from git alone, and a shallow clone says where it ends.
git clone --quiet --depth 1 "file://$PWD" "$scratch/here/shallow"
cd "$scratch/here/shallow"
expect_code 0 mlops data log
contains "$out" "4	10	data/images/	added"
contains "$err" "this clone is shallow"

# On a terminal a line for each commit, and what it changed below it.
cd "$scratch/here/repository"
script -qec "stty cols 80; TERM=dumb mlops --no-pager data log --max-count 1 --rev v2" /dev/null | tr -d '\r' >"$out"
equals "$out" "  data set      files  size  change
$(git rev-parse --short=10 v2)  2026-01-02  Ada  two
  data/images/      3   5 B  1 added, 1 changed"
