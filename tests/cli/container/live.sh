#!/bin/sh
# The view of a run tells what a container uses, as the processes of this machine that it consists of.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

for engine in docker podman; do
  on_engine "$engine"
  new_repository "$engine"
  cat >pipeline.toml <<'END'
schema = 1
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.busy]
environment = "box"
cmd = "printf '10%%\\r'; until test -e go; do :; done"
END
  PYTHONPATH=$tests/support PYTHONDONTWRITEBYTECODE=1 python3 - <<'END' >&3 2>&1
from terminal import Session

run = Session(120, 24, "mlops", "run")
run.wait_for("busy  running", "iB  10%")
open("go", "w").close()
assert run.finish() == 0, run
END
  no_containers
  cd ..
done
