#!/bin/sh
# Ctrl-C ends a run with 130 whatever it is at: asking tools, making a venv, waiting for slots or for another's result,
# between two attempts, keeping what a stage made, telling hooks. Nothing runs on, outs are those of before, and the
# next run goes on.
# failure interrupt
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# interrupt FILE TEXT COMMAND...: when FILE holds TEXT.
interrupt() {
  marker=$1 text=$2
  shift 2
  expect_code 130 python3 -B "$tests/support/interrupt.py" "$marker" "$text" "$scratch/run.out" "$scratch/run.err" "$@"
}

new_repository
echo in >in
# pipeline LINES...: below the name.
pipeline() {
  printf '%s\n' 'schema = 1' 'name = "phases"' "$@" >pipeline.toml
}

# Tools that are asked for their versions.
pipeline '[environment.e]' 'type = "process"' 'tools = ["touch asking; sleep 600"]' \
  '[stage.a]' 'environment = "e"' 'cmd = "cp in a"' 'deps = ["in"]' 'outs = ["a"]'
interrupt asking "" mlops run
[ ! -e a ]
sed -i 's/touch asking; sleep 600/echo 1/' pipeline.toml
expect_code 0 mlops run
rm asking

# A venv that is being made.
mkdir "$scratch/slow"
printf '#!/bin/sh\ntouch "%s/making"\nexec sleep 600\n' "$scratch" >"$scratch/slow/python3"
chmod +x "$scratch/slow/python3"
pipeline '[environment.v]' 'type = "venv"' 'path = ".venv"' \
  '[stage.a]' 'environment = "v"' 'cmd = "cp in a; echo v >>a"' 'deps = ["in"]' 'outs = ["a"]'
interrupt "$scratch/making" "" env PATH="$scratch/slow:$PATH" mlops run
[ "$(cat a)" = in ]
[ -z "$(find . -name '.venv*')" ] || fail "half a venv is left"

# Between two attempts.
pipeline '[stage.a]' 'cmd = "echo half >a; exit 75"' 'deps = ["in"]' 'outs = ["a"]' \
  'retry = { max = 3, on = ["exit:75"], backoff = "600s", max_backoff = "600s" }'
interrupt .git/mlops/runs/backs-off/run.jsonl '"event":"retry"' mlops run --run-id backs-off
[ "$(cat a)" = in ]

# What a stage made is being kept: it takes a while, and is not kept. The out of before is back.
pipeline '[stage.a]' 'cmd = "truncate -s 16G a; echo made"' 'deps = ["in"]' 'outs = ["a"]'
interrupt "$scratch/run.out" "| made" mlops run
[ "$(cat a)" = in ]
contains "$scratch/run.out" "cancelled"
expect_code 0 mlops data fsck

# Hooks: the run is over and stays what it is.
printf '#!/bin/sh\ntouch "%s/told"\nexec sleep 600\n' "$scratch" >tell.sh
chmod +x tell.sh
pipeline '[stage.a]' 'cmd = "cp in a"' 'deps = ["in"]' 'outs = ["a"]' '[hooks]' 'on_success = [["./tell.sh"]]'
expect_code 0 mlops run
eval "$(sed -n 's/.*\(mlops config .*hooks.*\)/\1/p' "$err" | head -n 1)" >"$out"
interrupt "$scratch/told" "" mlops run
contains "$scratch/run.out" "1 instance, 1"
expect_code 0 mlops runs show
contains "$out" "done"

# The other one works in another work tree, and is let go at the end.
pipeline '[pool.local]' 'type = "local"' 'slots = { cpu = 1 }' '[stage.slow]' \
  "cmd = \"cp in slow; touch '$scratch/busy'; until test -e '$scratch/go'; do sleep 0.1; done\"" \
  'deps = ["in"]' 'outs = ["slow"]' '[stage.own]' 'cmd = "touch own"' 'outs = ["own"]'
commit one
git worktree add --quiet ../other
mlops run slow >"$scratch/first" 2>&1 &
first=$!
for _ in $(seq 600); do [ ! -e "$scratch/busy" ] || break; sleep 0.1; done
cd ../other
interrupt "$scratch/run.err" "other runs on this machine use its slots" mlops run own
[ ! -e own ]
sed -i 's/cpu = 1/cpu = 8/' pipeline.toml
interrupt "$scratch/run.err" "another run makes the result of 'slow'" mlops run slow
[ ! -e slow ]
touch "$scratch/go"
code=0
wait "$first" || code=$?
[ "$code" -eq 0 ] || fail "the other run ended with $code"
cd ../other
expect_code 0 mlops run
contains "$out" "2 instances"
