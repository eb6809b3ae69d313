#!/bin/sh
# gc says what it would remove, by data set, and removes just that; what any ref, stash, index, work tree or
# reflog names stays.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
version() {
  head -c 200000 /dev/urandom >"data/$1"
  cp "data/$1" "$scratch/$1-$2"
  mlops data add "data/$1"
}
root_of() { sed -n 's/^root = "\(.*\)"/\1/p' "data/$1.mlops"; }
has_root() { [ -e ".git/mlops/store/roots/${1#r1:}" ]; }
lacks_root() { [ ! -e ".git/mlops/store/roots/${1#r1:}" ]; }

version a 1 && commit one && git tag v1
version a 2 && commit two
version a 3 && git stash --quiet && stashed=$(git show 'stash@{0}:data/a.mlops' | sed -n 's/^root = "\(.*\)"/\1/p')
version a 4 && staged=$(root_of a)
version a 5 && worktree=$(root_of a)
git checkout --quiet -- data/a.mlops 2>/dev/null || true
mlops data add data/a
version b 1 && lost_b=$(root_of b)
rm data/b data/b.mlops && git rm --cached --quiet data/b.mlops

# Everything but b and the fourth version of a, which only an index once had.
expect_code 0 mlops data gc -n
contains "$out" "would remove  'data/b': 1 version" "would free about" "next: mlops data gc"
has_root "$lost_b"
expect_code 0 mlops data gc -n --json
json 'j["dry_run"] and {d["path"] for d in j["data_sets"]} == {"data/a", "data/b"} and j["freed_bytes"] > 390000'
expect_code 0 mlops data gc
contains "$out" "removed  'data/a': 1 version" "removed  'data/b': 1 version" "freed "
lacks_root "$lost_b"
lacks_root "$staged"
has_root "$stashed"
has_root "$worktree"
expect_code 0 mlops data fsck
expect_code 0 mlops data checkout --rev v1 data/a
cmp data/a "$scratch/a-1"
expect_code 0 mlops data gc --json
json 'not j["dry_run"] and j["versions"] == [] and j["freed_bytes"] == 0 and j["problem"] is None'

# A branch that is gone is in the reflog until git forgets it.
git checkout --quiet -f -b side
version a 6 && git add -A && git commit --quiet -m side && side=$(root_of a)
git checkout --quiet main && git branch --quiet -D side
mlops data checkout --force
expect_code 0 mlops data gc
has_root "$side"
git reflog expire --expire=now --all
expect_code 0 mlops data gc
lacks_root "$side"
expect_code 0 mlops data fsck
