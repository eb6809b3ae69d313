#!/bin/sh
# -n of add and checkout says what would be done and writes nothing.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

snapshot() { find . ! -type d -printf '%p %s %T@\n' | sort; }
unchanged_by() {
  snapshot >"$scratch/before"
  expect_code "$@"
  snapshot >"$scratch/after"
  diff "$scratch/before" "$scratch/after" >&3 || fail "changed by: $*"
}

new_repository
mkdir data
echo one >data/a
echo two >data/b
unchanged_by 0 mlops data add -n data
contains "$out" "would add  'data': 2 files, 8 B"
lacks "$out" "next: git commit"
unchanged_by 0 mlops data add --dry-run --json data
json 'j["dry_run"] and j["data_sets"][0]["changed"] and j["data_sets"][0]["root"] is None and j["staged"] == []'
unchanged_by 2 mlops data add -n data/nothing
mlops data add data
mlops data status
unchanged_by 0 mlops data add -n data
contains "$out" "unchanged  'data': 2 files, 8 B"

commit one && git tag v1
echo three >data/a
echo new >data/c
mlops data add data
mlops data checkout
unchanged_by 0 mlops data checkout -n --rev v1
contains "$out" "would write 'data/a'" "would remove 'data/c'" \
  "1 data set: 1 file would be written (4 B), 1 unchanged, 1 would be removed"
unchanged_by 0 mlops data checkout -n --json --rev v1
json 'j["dry_run"] and j["would_write"] == ["data/a"] and j["would_remove"] == ["data/c"]'
echo mine >data/a
unchanged_by 2 mlops data checkout -n
unchanged_by 0 mlops data checkout -n --force
contains "$out" "would move to a rescue directory 'data/a'" "would write 'data/a'"
