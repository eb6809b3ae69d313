#!/bin/sh
# mlops, its client or the engine is killed while a container runs: the next run finds what is left by its labels
# and removes it; a lost client or engine is the infrastructure's failure, and tried again where that is asked for.
# failure client
# failure engine
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

start_run() {
  rm -f started
  mlops run >"$out" 2>"$err" &
  run=$!
  for _ in $(seq 300); do [ ! -e started ] || break; sleep 0.1; done
  [ -e started ]
}

end_of_run() {
  code=0
  wait "$run" || code=$?
}

for engine in docker podman; do
  on_engine "$engine"
  new_repository "$engine"
  cat >pipeline.toml <<'END'
schema = 1
name = "long"
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.long]
environment = "box"
cmd = "trap '' TERM; echo half > out.txt; touch started; test -e go || sleep 600; echo whole > out.txt"
deps = ["pipeline.toml"]
outs = ["out.txt"]
timeout = { grace = "1s" }
retry = { max = 1, on = ["infra"], backoff = "1ms" }
END
  # mlops itself: the container lives on, until the next run.
  start_run
  kill -9 "$run"
  end_of_run
  [ "$code" -eq 137 ]
  [ -n "$("$engine" ps --quiet)" ] || fail "the container is gone already: the test shows nothing"
  touch go
  expect_code 0 mlops run
  contains "$err" "what was left of its containers is removed (1)"
  [ "$(cat out.txt)" = whole ]
  no_containers

  # An experiment's: its tree is another one, and gone. What nobody here knows of is left alone.
  rm go
  echo 'n = 1' >params.toml
  sed 's/^name = .*/&\nparams = ["params.toml"]/' pipeline.toml >"$scratch/pipeline.toml"
  cp "$scratch/pipeline.toml" pipeline.toml
  commit one
  mlops run --set n=2 >"$scratch/experiment.out" 2>&1 &
  run=$!
  for _ in $(seq 300); do [ -z "$("$engine" ps --quiet)" ] || break; sleep 0.1; done
  kill -9 "$run"
  end_of_run
  left=$("$engine" ps --quiet --no-trunc)
  [ -n "$left" ] || fail "the container is gone already: the test shows nothing"
  label=$("$engine" inspect --format '{{index .Config.Labels "mlops.clone"}}' "$left")
  foreign=$("$engine" create --label "mlops.clone=$label" --label mlops.run=20200101-000000-aaaa box:1 true)
  touch go
  expect_code 0 mlops run
  contains "$err" "what was left of its containers is removed (1)" \
    "a container of the run '20200101-000000-aaaa', of which nothing is recorded here, is left alone"
  "$engine" rm "$foreign" >"$out"
  no_containers

  # Its client: stopped, removed, and the second attempt succeeds.
  rm go
  echo '#' >>pipeline.toml
  start_run
  touch go
  client=$(pgrep -f "$engine start --attach")
  kill -9 "$client"
  end_of_run
  [ "$code" -eq 0 ] || fail "exit code $code"
  contains "$err" "attempt 1 failed: the client of $engine ended before the container"
  [ "$(cat out.txt)" = whole ]
  no_containers

  # An interrupt: nothing is left, and the outs of before are back.
  rm go
  echo '#' >>pipeline.toml
  start_run
  kill -TERM "$run"
  end_of_run
  [ "$code" -eq 143 ]
  [ "$(cat out.txt)" = whole ]
  no_containers
  cd ..
done

# The engine dies in mid-run.
cd docker
export MLOPS_CONTAINER_ENGINE=docker
sed -i '/^retry/d' pipeline.toml
rm -f go
start_run
kill -9 "$(dockerd_pid)"
end_of_run
[ "$code" -eq 5 ] || fail "exit code $code"
contains "$err" "the container engine was lost while it ran" "mlops doctor"
[ "$(cat out.txt)" = whole ]
start_dockerd
touch go
echo '#' >>pipeline.toml
expect_code 0 mlops run
contains "$err" "what was left of its containers is removed (1)"
no_containers
