#!/bin/sh
# What a killed experiment left is shown by doctor, and goes with the next run, or gc, whichever comes first.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 'rows = 3' >params.toml
cat >pipeline.toml <<END
schema = 1
params = ["params.toml"]
[stage.wait]
cmd = "touch '$scratch/started'; while [ -e '$scratch/block' ]; do sleep 0.1; done; echo \${params.rows} >out.txt"
params = ["rows"]
cache = "always"
outs = ["out.txt"]
END
commit one
git worktree list >"$scratch/trees"

leave() {
  touch "$scratch/block"
  rm -f "$scratch/started"
  mlops run --set "rows=$1" >"$scratch/killed.out" 2>&1 &
  killed=$!
  for _ in $(seq 300); do [ ! -e "$scratch/started" ] || break; sleep 0.1; done
}
left() {
  find .git/mlops/experiments -mindepth 1 -maxdepth 1
  find .git/mlops -maxdepth 1 -name "*tree-*"
  git worktree list | diff - "$scratch/trees" || true
}
end() {
  kill -9 "$killed"
  wait "$killed" || true
  rm "$scratch/block"
  [ -n "$(left)" ]
}

# One that is at work stays.
leave 4
expect_code 0 mlops doctor
lacks "$out" experiments
expect_code 7 mlops data gc
expect_code 0 mlops runs gc --keep 9
[ -n "$(left)" ]
[ -n "$(ls .git/mlops/locks)" ]
end
expect_code 0 mlops doctor
contains "$out" "left over" "1 tree of killed runs"
expect_code 0 mlops data gc -n
[ -n "$(left)" ]
expect_code 0 mlops data gc
[ -z "$(left)" ] || fail "data gc left $(left)"
[ -z "$(ls .git/mlops/locks)" ] || fail "lock files are left: $(ls .git/mlops/locks)"

leave 5
end
expect_code 0 mlops runs gc --keep 9
[ -z "$(left)" ]

leave 6
end
expect_code 0 mlops run -n
[ -n "$(left)" ]
expect_code 0 mlops run
[ -z "$(left)" ]
expect_code 0 mlops doctor
lacks "$out" experiments
