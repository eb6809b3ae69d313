#!/bin/sh
# While a run is at work a checkout ends with 7: what it restores would become a stage's result.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >in.txt
mlops data add in.txt
cat >pipeline.toml <<'STAGES'
schema = 1
name = "x"
[stage.a]
cmd = "echo made > out.txt"
outs = ["out.txt"]
STAGES
mlops run >/dev/null
commit "with an out"
sed -i 's/^cmd = .*/cmd = "touch started; sleep 30"/' pipeline.toml
start_run() {
  rm -f started
  mlops run >/dev/null &
  running=$!
  for _ in $(seq 300); do [ ! -e started ] || break; sleep 0.1; done
  [ -e started ]
}
end_run() {
  kill "$running"
  wait "$running" || [ $? -eq 143 ]
}

start_run
expect_code 7 mlops data checkout
error_says "a run is at work in this work tree" "with --wait"
expect_code 7 mlops convert dvc
error_says "a run is at work in this work tree" "with --wait"
expect_code 7 mlops data mv in.txt moved.txt
error_says "a run is at work in this work tree" "with --wait"
expect_code 7 mlops data rm in.txt
error_says "a run is at work in this work tree" "with --wait"
mlops data checkout --wait >"$scratch/waited" &
waiter=$!
sleep 0.3
[ ! -e out.txt ]
end_run
wait "$waiter"
contains "$scratch/waited" "2 data sets: "
[ "$(cat out.txt)" = made ]

start_run
mlops data mv --wait in.txt moved.txt >"$scratch/moved" &
mover=$!
sleep 0.3
[ -e in.txt.mlops ]
end_run
wait "$mover"
contains "$scratch/moved" "moved 'in.txt' to 'moved.txt'"
[ "$(cat out.txt)" = made ]
expect_code 0 mlops data checkout
