#!/bin/sh
# What goes wrong with an image, a command, memory and time has the class that is named for it.
# failure image
# failure command
# failure oom
# failure deaf
# failure noengine
# failure shm
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

# stage LINES...: one stage in the image box:1.
stage() {
  printf '%s\n' 'schema = 1' 'name = "bad"' '[environment.box]' 'type = "container"' 'image = "box:1"' \
    'pull = "never"' '[stage.bad]' 'environment = "box"' 'cache = false' "$@" >pipeline.toml
}

for engine in docker podman; do
  on_engine "$engine"
  new_repository "$engine"

  # No such image: before anything runs, with what to type.
  stage 'cmd = ["true"]'
  sed -i 's/box:1/absent:1/' pipeline.toml
  expect_code 5 mlops run
  error_says "environment.box.image: $engine has no image 'absent:1'" "$engine pull absent:1"
  sed -i 's/pull = "never"/pull = "missing"/' pipeline.toml
  expect_code 5 mlops run
  error_says "the image 'absent:1' cannot be pulled: " "$engine pull absent:1"

  # No such program, apart from a program that ends with the same code.
  stage 'cmd = ["nonesuch"]'
  expect_code 4 mlops run
  contains "$err" "the program 'nonesuch' was not found in the image"
  stage 'cmd = ["./notes.txt"]'
  echo text >notes.txt
  expect_code 4 mlops run
  contains "$err" "the program './notes.txt' cannot be executed in the image"
  stage 'cmd = "exit 127"'
  expect_code 4 mlops run
  contains "$err" "exit code 127"
  lacks "$err" "in the image"
  stage 'cmd = "exit 3"'
  expect_code 4 mlops run
  contains "$err" "exit code 3"

  # Memory: Docker says so, this Podman does not; 137 without a limit is a signal.
  stage 'cmd = "head -c 200000000 /dev/zero | tail | wc -c"' 'resources = { memory = "24MiB" }' \
    'shell = ["sh", "-eu", "-o", "pipefail", "-c"]'
  expect_code 4 mlops run
  contains "$err" "ran out of memory (limit 24.0 MiB)" "raise resources.memory"
  stage 'cmd = "exit 137"'
  expect_code 4 mlops run
  contains "$err" "exit code 137 (as of signal 9)"

  stage 'cmd = "df -k /dev/shm | tail -n 1"' 'resources = { shm = "3MiB" }'
  expect_code 0 mlops run
  contains "$out" " 3072 "

  # Deaf to SIGTERM: killed after the grace.
  stage "cmd = \"trap '' TERM; touch started; while true; do sleep 1; done\"" \
    'timeout = { run = "1s", grace = "1s" }'
  expect_code 5 mlops run
  contains "$err" "ran longer than its timeout"
  [ -e started ]
  no_containers

  # The first process of a container hears SIGTERM only if it asks for it: there is nothing to wait for.
  stage 'cmd = ["sleep", "600"]' 'timeout = { run = "1s", grace = "500s" }'
  expect_code 5 timeout 300 mlops run
  contains "$err" "ran longer than its timeout"
  no_containers
  cd ..
done

# Nobody answers.
cd docker
stage 'cmd = ["true"]'
expect_code 5 env MLOPS_CONTAINER_ENGINE=docker DOCKER_HOST="unix://$scratch/none" mlops run
error_says "no container engine answers" "systemctl start docker"
contains "$err" "docker: "
expect_code 5 env MLOPS_CONTAINER_ENGINE=auto PATH="$(dirname "$MLOPS"):/nowhere" "$MLOPS" run
contains "$err" "docker: not in PATH" "podman: not in PATH"
