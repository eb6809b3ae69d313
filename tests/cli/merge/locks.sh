#!/bin/sh
# Locks merge stage by stage, with the driver and without it; other programs' locks are git's.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks
cat >pipeline.toml <<'END'
schema = 1
name = "two"
[stage.left]
cmd = "cat left.in > left.out"
deps = ["left.in"]
outs = ["left.out"]
[stage.right]
cmd = "cat right.in > right.out"
deps = ["right.in"]
outs = ["right.out"]
END
echo base >left.in && echo base >right.in
echo base >other.lock
git add .
mlops run
commit base
git checkout --quiet -b side
echo side >right.in
echo side >other.lock
mlops run
commit side
git checkout --quiet main
echo main >left.in
mlops run
commit main
expect_code 0 git merge --no-edit side
expect_code 0 mlops run
contains "$out" "2 cached"
[ "$(cat left.out right.out)" = "main
side" ]

# Both ran one stage.
git checkout --quiet side
echo more >right.in && echo more >other.lock
mlops run
commit more
git checkout --quiet main
echo less >right.in && echo less >other.lock
mlops run
commit less
expect_code 1 git merge --no-edit side
contains "$out" "conflict  'pipeline.lock', stage 'right': changed on both sides"
expect_code 1 mlops data merge --json
json '[(c["path"], c["stage"]) for c in j["conflicts"]] == [("pipeline.lock", "right")]'
expect_code 2 mlops data merge other.lock
contains "$err" "'other.lock' is no data set or lock that git left unmerged"
expect_code 0 mlops data merge --theirs pipeline.lock
contains "$out" "merged  'pipeline.lock'"
contains "$err" "next: git commit"
git status --porcelain >"$out"
contains "$out" "UU other.lock" "UU right.in" "M  pipeline.lock"
git checkout --quiet --theirs right.in other.lock
expect_code 0 mlops run
contains "$out" "1 cached, 1 restored"
