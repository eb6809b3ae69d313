#!/bin/sh
# run --set is an experiment: lock and work tree stay as they are; runs diff compares it, runs apply brings it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data sub
echo 'rows = 3' >params.toml
printf '1\n2\n3\n4\n5\n6\n' >data/in.txt
echo 'secret of the machine' >local.txt
cat >head.sh <<'END'
set -e
head -n "$1" data/in.txt >"out/head $1.txt"
cp "out/head $1.txt" out/head.txt
rm "out/head $1.txt"
END
cat >pipeline.toml <<'END'
schema = 1
params = ["params.toml"]
[stage.head]
cmd = "sh head.sh ${params.rows}"
deps = ["data/in.txt", "head.sh"]
params = ["rows"]
outs = ["out/head.txt"]
[stage.sum]
cmd = "test -e local.txt; wc -l < out/head.txt > sum.txt; git rev-parse --show-toplevel > top.txt"
deps = ["out/head.txt", "local.txt"]
outs = ["sum.txt", "top.txt"]
END
expect_code 0 mlops data add data/in.txt
echo '/local.txt' >>.gitignore
expect_code 2 mlops run --set rows=5
error_says "there is no commit yet" "git commit"
commit one
expect_code 0 mlops run
commit two
echo '# edited, not committed' >>head.sh
state() { git status --porcelain --ignored && find . -path ./.git -prune -o -type f -exec sha256sum {} + | sort; }
state >"$scratch/before"
git worktree list >"$scratch/trees"
keys() { find .git/mlops/last-keys -type f -exec sha256sum {} + | sort; }
keys >"$scratch/keys"

cd sub
expect_code 0 mlops run --set rows=5
contains "$out" "head  running (param rows changed" "head  ran" "sum   ran" "next: mlops runs diff"
cd ..
state | cmp - "$scratch/before" || fail "the experiment changed the work tree"
git worktree list | cmp - "$scratch/trees"
[ -z "$(ls .git/mlops/experiments)" ]
[ ! -e .git/worktrees ] || [ -z "$(ls .git/worktrees)" ]
find .git/mlops -maxdepth 1 -name "*tree-*" >"$out"
is_empty "$out"
first=$(mlops runs list -n 1 | cut -f 1)
expect_code 0 mlops runs show "$first" --json
json 'j["set"] == ["rows=5"] and j["dirty"]'
# Another one with the same values computes nothing.
expect_code 0 mlops run --set rows=5
lacks "$out" "ran"
expect_code 0 mlops run --set rows=2
expect_code 0 mlops runs diff "$first" @last
contains "$out" "param rows	5	2" "out/head.txt	r1:"
# A failure is one; what is run again is named whole.
expect_code 4 mlops run --set 'rows="x y"'
contains "$err" "mlops run --set 'rows=\"x y\"' head"
lacks "$out" "next:"
expect_code 2 mlops runs apply
error_says "did not end well" "mlops runs show"
state | cmp - "$scratch/before"
keys | cmp - "$scratch/keys" || fail "an experiment is remembered as the last run"

# It and runs in the work tree do not wait for each other. What a killed one left goes with the next.
printf 'if [ -e "%s/block" ]; then touch "%s/started"; sleep 60; fi\n' "$scratch" "$scratch" >>head.sh
expect_code 0 mlops run
state >"$scratch/before"
touch "$scratch/block"
mlops run --set rows=4 >"$scratch/killed.out" 2>&1 &
killed=$!
for _ in $(seq 300); do [ ! -e "$scratch/started" ] || break; sleep 0.1; done
expect_code 0 mlops run
lacks "$out" "ran"
rm "$scratch/block"
expect_code 0 mlops run --set rows=5
kill -9 "$killed"
wait "$killed" || true
[ -n "$(ls .git/mlops/experiments)" ]
expect_code 0 mlops run --set rows=5
lacks "$out" "ran"
[ -z "$(ls .git/mlops/experiments)" ]
git worktree list | cmp - "$scratch/trees"
state | cmp - "$scratch/before"
find .git/mlops -maxdepth 1 -name "*tree-*" >"$out"
is_empty "$out"
first=$(mlops runs list -n 1 | cut -f 1)

expect_code 0 mlops runs apply "$first"
contains "$out" "restored" "parameter files stay as they are"
[ "$(cat sum.txt)" -eq 5 ]
[ "$(wc -l <out/head.txt)" -eq 5 ]
expect_code 0 mlops run -n --set rows=5
lacks "$out" "would"
# The cache alone: other code, other results.
echo '# again' >>head.sh
expect_code 3 mlops runs apply "$first"
[ "$(cat sum.txt)" -eq 5 ]

echo 7 >>data/in.txt
expect_code 2 mlops run --set rows=6
error_says "'data/in.txt' was changed" "mlops data add"
git checkout -q -- head.sh 2>/dev/null || true
expect_code 0 mlops run
expect_code 2 mlops runs apply
error_says "is no experiment" "mlops run"
expect_code 2 mlops run --set rows=6 --run-id ../x

# Names of trees and of files beside them are not trusted; what is the user's stays.
commit three
git worktree add -q -b feature "$scratch/feature"
expect_code 2 mlops run --set 'rowz=6' --run-id feature
expect_code 0 mlops data add data/in.txt
expect_code 0 mlops run --set rows=6 --run-id feature
git -C "$scratch/feature" status >"$out"
touch .git/mlops/experiments/...lock .git/mlops/experiments/.lock
expect_code 0 mlops run --set rows=6 --run-id again
expect_code 0 mlops data fsck
[ -e .git/mlops/runs/feature ]
rm -r .git/mlops/experiments
mkdir "$scratch/victim" "$scratch/victim/v"
touch "$scratch/victim/v.lock"
ln -s "$scratch/victim" .git/mlops/experiments
expect_code 2 mlops run --set rows=6
error_says "is no directory" "out of the way"
[ -d "$scratch/victim/v" ]
rm .git/mlops/experiments

# Links, in a directory that is a dep; a directory that a link has taken the place of.
mkdir src gone
echo a >src/a
ln -s a src/l
echo 1 >gone/f
sed -i 's|"head.sh"\]|"head.sh", "src"]|' pipeline.toml
commit four
rm -r gone
ln -s "$scratch/victim" gone
expect_code 0 mlops run --set rows=6 --run-id links

# apply brings the results of that run, or none; of a part only that part.
expect_code 0 mlops run --set rows=2 --run-id first
sed -i 's/^set -e$/set -eu/' head.sh
expect_code 0 mlops run --set rows=2 --run-id second
expect_code 3 mlops runs apply first
contains "$out" "are no longer those of that run"
expect_code 0 mlops runs apply second
expect_code 0 mlops run --only sum --set rows=2 --run-id part
expect_code 0 mlops runs apply part
lacks "$out" "head"

sed -i 's|outs = \["out/head.txt"\]|outs = [{ path = "out/head.txt", persist = true }]|' pipeline.toml
expect_code 2 mlops run --set rows=2
error_says "'head' keeps 'out/head.txt' from run to run" "--apply"
