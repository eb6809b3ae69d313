#!/bin/sh
# Ctrl-C while an image is pulled from a registry that never answers, while one is built, and while a container runs:
# 130 each time, and neither a client nor a container is left.
# failure interrupt
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

# interrupt FILE TEXT: when FILE holds TEXT.
interrupt() {
  expect_code 130 python3 -B "$tests/support/interrupt.py" "$1" "$2" "$scratch/run.out" "$scratch/run.err" mlops run
}

start_docker
start_podman
# Whoever asks is heard, and waits.
python3 -c '
import socket, sys, time
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(9)
open(sys.argv[1], "w").write(str(s.getsockname()[1]))
held = []
while True:
    held.append(s.accept())
    open(sys.argv[2], "w").write("asked")' "$scratch/port" "$scratch/asked" 3>&- &
deaf=$!
until [ -s "$scratch/port" ]; do sleep 0.1; done
port=$(cat "$scratch/port")
printf '[[registry]]\nlocation = "127.0.0.1:%s"\ninsecure = true\n' "$port" >"$scratch/registries.conf"
export CONTAINERS_REGISTRIES_CONF="$scratch/registries.conf"

for engine in docker podman; do
  export MLOPS_CONTAINER_ENGINE="$engine"
  new_repository "$engine"
  echo in >in
  cat >pipeline.toml <<END
schema = 1
name = "interrupted"
[environment.box]
type = "container"
image = "127.0.0.1:$port/none:1"
[stage.a]
environment = "box"
cmd = "touch started; until test -e go; do sleep 0.1; done; cp in a"
deps = ["in"]
outs = ["a"]
END
  rm -f "$scratch/asked"
  interrupt "$scratch/asked" asked
  lacks "$scratch/run.out" "running"

  sed -i 's/^image = .*/image = "box:1"\npull = "never"/' pipeline.toml
  interrupt started ""
  [ ! -e a ]
  no_containers
  touch go
  expect_code 0 mlops run
  no_containers
  cd ..
done
kill "$deaf"

# A build, where dockerd may run one here.
engine=docker
export MLOPS_CONTAINER_ENGINE=docker
cd docker
mkdir image
printf 'FROM box:1\nRUN sleep 600\n' >image/Dockerfile
sed -i 's/^image = .*/build = { context = "image" }/; s/^cmd = .*/cmd = "cp in a; echo built >>a"/' pipeline.toml
python3 - "$scratch/building" <<'END' &
import subprocess, sys, time
while subprocess.run(["docker", "ps", "--quiet"], capture_output=True).stdout.strip() == b"":
    time.sleep(0.2)
open(sys.argv[1], "w").write("building")
END
looks=$!
interrupt "$scratch/building" building
[ "$(cat a)" = in ]
wait "$looks"
for _ in $(seq 100); do [ -n "$(docker ps --quiet)" ] || break; sleep 0.1; done
no_containers
