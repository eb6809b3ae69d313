#!/bin/sh
# Lines as they come wherever nobody looks at a terminal; --progress decides otherwise, where it can.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
[pool.local]
type = "local"
slots = { cpu = 8 }
[stage.one]
cmd = "echo says one; while [ ! -e two ]; do sleep 0.05; done; sleep 0.4; touch one"
outs = ["one"]
[stage.two]
cmd = "echo says two; touch two"
outs = ["two"]
END
esc=$(printf '\033')
# on_tty COMMAND: what it writes on a terminal, in $out; without colours, those are in $raw.
raw=$scratch/raw
on_tty() {
  script -qec "stty cols 80 rows 24; rm -f one two; $1" /dev/null | tr -d '\r' >"$raw"
  sed "s/${esc}\[[0-9]*m//g" "$raw" >"$out"
}
run="mlops run -j2 --no-cache --no-isolated"
live() { contains "$out" "of 2 done" "–"; }
plain() {
  contains "$out" "one | says one" "two | says two" "one  running (" "two  ran ("
  lacks "$out" "of 2 done" "–"
}

on_tty "TERM=xterm $run"
live
contains "$raw" "${esc}[36mrunning"
for variables in TERM=dumb TERM= "TERM=xterm NO_COLOR=1" "TERM=xterm CI=true"; do
  on_tty "env $variables $run"
  plain
done
on_tty "env TERM=xterm CI=false $run"
live
on_tty "TERM=xterm $run --progress=plain"
plain
on_tty "TERM=dumb CI=1 NO_COLOR=1 $run --progress=live"
live
lacks "$raw" "${esc}[1m" "${esc}[36m"
on_tty "TERM=xterm $run --json"
lacks "$raw" "$esc" "of 2 done"
on_tty "TERM=xterm $run -q"
is_empty "$out"

# Half a terminal is none.
on_tty "TERM=xterm $run 2>'$scratch/errors'"
plain
on_tty "TERM=xterm $run | cat"
plain
rm one two
# shellcheck disable=SC2086 # words of a command
expect_code 0 env TERM=xterm $run
plain
# shellcheck disable=SC2086
expect_code 2 env TERM=xterm $run --progress=live
error_says "--progress=live wants a terminal" "--progress=plain"
# shellcheck disable=SC2086
expect_code 2 $run --progress=fancy
contains "$err" "fancy"

# One command: its output is followed, its row says how long and how much.
on_tty "TERM=xterm mlops exec -- sh -c 'echo one line; sleep 0.5'"
contains "$out" "| one line" "–"
lacks "$out" "of 1 done"
on_tty "TERM=xterm mlops exec --progress=plain -- sh -c 'echo one line; sleep 0.5'"
contains "$out" "| one line"
lacks "$out" "–"
