#!/bin/sh
# Variables reach a container whole, whatever letters they hold, and stand in no argument vector, record or log.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

for engine in docker podman; do
  on_engine "$engine"
  new_repository "$engine"
  cat >pipeline.toml <<'END'
schema = 1
name = "variables"
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.show]
environment = "box"
cmd = "env -0 > out.txt; touch started; while [ ! -e go ]; do sleep 0.1; done"
env = { pass = ["PLAIN", "LINES", "QUOTES", "LONG", "HASH", "SPACES", "EMPTY"] }
deps = ["pipeline.toml"]
outs = ["out.txt"]
END
  export PLAIN=canary-1 LINES="canary-2
two" QUOTES="'canary-3' \"x\" \\ \$HOME" HASH="#canary-4" SPACES="  canary-5  " EMPTY="" LONG
  LONG=$(head -c 100000 /dev/zero | tr '\0' x)canary-6
  mlops run >"$out" 2>"$err" &
  run=$!
  for _ in $(seq 300); do [ ! -e started ] || break; sleep 0.1; done
  # The needle must not stand in the vector of whoever looks for it.
  for file in /proc/[0-9]*/cmdline; do
    if tr '\0' ' ' <"$file" 2>/dev/null | grep -F "canary-" | grep -qvF 'grep'; then
      fail "a value stands in an argument vector: $file"
    fi
  done
  touch go
  code=0
  wait "$run" || code=$?
  [ "$code" -eq 0 ] || fail "exit code $code"
  python3 - <<'END'
import os
got = dict(entry.split(b"=", 1) for entry in open("out.txt", "rb").read().split(b"\0") if entry)
for name in ("PLAIN", "LINES", "QUOTES", "LONG", "HASH", "SPACES", "EMPTY"):
    assert got[name.encode()] == os.environb[name.encode()], name
END
  if grep -rl "canary-" .git/mlops/runs >&3; then fail "a value stands in the run's record"; fi
  # What steers the client itself is refused where a line cannot hold it.
  sed -i 's/"EMPTY"/"DOCKER_CONFIG", "PODMAN_X"/' pipeline.toml
  expect_code 5 env DOCKER_CONFIG='a"b' PODMAN_X='c"d' mlops run
  contains "$err" "cannot be handed to a container"
  no_containers
  cd ..
done
