#!/bin/sh
# SIGKILL of mlops takes the processes of its stages with it; the next run puts the outs back and goes on.
# failure grandchildren
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

is_running() {
  grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"
}

new_repository
echo 1 >in.txt
touch go
cat >pipeline.toml <<'END'
schema = 1
name = "long"
[stage.long]
cmd = """
echo half > out.txt
trap '' HUP INT TERM
sleep 300 & echo $! >> "$TMPDIR/pids"
sh -c 'sleep 300 & echo $! $$ >> "$TMPDIR/pids"; wait' &
echo $$ >> "$TMPDIR/pids"
test -e go || wait
cp in.txt out.txt
"""
deps = ["in.txt"]
outs = ["out.txt"]
END
expect_code 0 mlops run
[ "$(cat out.txt)" = 1 ]

rm -f go "$TMPDIR/pids"
echo 2 >in.txt
mlops run >"$out" 2>"$err" &
run=$!
has_all_pids() {
  [ -e "$TMPDIR/pids" ] || return 1
  [ "$(wc -w <"$TMPDIR/pids")" -eq 4 ]
}
for _ in $(seq 600); do
  if has_all_pids; then break; fi
  sleep 0.1
done
[ "$(cat out.txt)" = half ]
pids=$(cat "$TMPDIR/pids")
for pid in $pids; do is_running "$pid"; done
kill -9 "$run"
code=0
wait "$run" || code=$?
[ "$code" -eq 137 ]
for pid in $pids; do
  for _ in $(seq 600); do is_running "$pid" || break; sleep 0.1; done
  if is_running "$pid"; then
    # shellcheck disable=SC2086 # several
    kill -9 $pids
    fail "process $pid of the stage is still there"
  fi
done

# Half an out is nobody's work: looking says what a run would do, and changes nothing.
for look in "status" "run -n"; do
  # shellcheck disable=SC2086 # words
  expect_code 0 mlops $look
  grep -Eq "would run +'long'|^long +would run" "$out"
  lacks "$out" "cannot run"
done
[ "$(cat out.txt)" = half ]
[ ! -e .git/mlops/leftover ]

# What lay there before the killed run is back, so that its result needs no restoring.
echo 1 >in.txt
expect_code 0 mlops run
contains "$out" "long  cached"
contains "$err" "a run was killed while it wrote 'out.txt': what it wrote is now"
[ "$(cat out.txt)" = 1 ]
[ "$(cat .git/mlops/leftover/*/0)" = half ]

touch go
echo 2 >in.txt
expect_code 0 mlops run
[ "$(cat out.txt)" = 2 ]
