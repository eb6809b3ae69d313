#!/bin/sh
# One Python pipeline as a venv of this machine, with that venv in a container, in Docker and in Podman with an image
# that has Python: byte-equal outputs everywhere, and one key where same_as says so.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

/usr/bin/python3 -c 'import ensurepip' 2>"$err" || lacking "python3-venv is not installed: sh third_party/install.sh test"
start_docker
start_podman
python_image "$scratch/python.tar"
docker import "$scratch/python.tar" python:1 >"$out"
podman import "$scratch/python.tar" python:1 >"$out" 2>"$err"

new_repository
printf '.venv/\n' >.gitignore
printf '3\n1\n2\n' >rows.txt
cat >train.py <<'END'
import json, os, sys
rows = [int(line) for line in open("rows.txt")]
rate = json.load(open(os.environ["MLOPS_PARAMS"]))["rate"]
json.dump({"model": sum(rows) * rate}, open("model.json", "w"))
print("venv" if sys.prefix != sys.base_prefix else "plain", os.path.exists("/etc/debian_version"))
END
printf 'rate = 0.25\n' >params.toml
# with ENVIRONMENT: the pipeline, its stage in that environment.
with() {
  cat >pipeline.toml <<END
schema = 1
name = "python"
params = ["params.toml"]
[environment.v]
type = "venv"
path = ".venv"
[environment.both]
type = "venv"
path = ".venv"
image = "python:1"
[environment.image]
type = "container"
image = "python:1"
pull = "never"
[environment.same]
type = "container"
image = "python:1"
pull = "never"
same_as = "v"
[stage.train]
environment = "$1"
cmd = ["python3", "train.py"]
deps = ["rows.txt", "train.py"]
params = ["rate"]
outs = ["model.json"]
END
}

# made WHERE: the run before made the model, in a venv or not, on the machine or in a container.
made() {
  [ "$(cat model.json)" = '{"model": 1.5}' ]
  [ "$(cat .git/mlops/runs/*/logs/train.log)" = "$1" ] || fail "made in: $(cat .git/mlops/runs/*/logs/train.log)"
  last_key=$(grep -ho '"key":"[^"]*"' .git/mlops/runs/*/run.jsonl | sort -u)
  rm -rf .git/mlops/runs
}

with v
expect_code 0 mlops run
made "venv True"
key=$last_key

# Declared the same: the venv's result, from the cache; and where it runs, the same bytes under the same key.
expect_code 0 mlops run --environment same
contains "$out" "train  cached"
with same
expect_code 0 mlops run
contains "$out" "train  cached"
rm -rf .git/mlops/runs
for engine in docker podman; do
  export MLOPS_CONTAINER_ENGINE="$engine"
  expect_code 0 mlops run --no-cache
  lacks "$err" "not reproducible"
  made "plain False"
  [ "$last_key" = "$key" ] || fail "another key"

  # The image itself is another environment.
  with image
  expect_code 0 mlops run
  made "plain False"
  [ "$last_key" != "$key" ] || fail "the same key"

  # The machine's venv in the image: mounted, and not to be written to.
  with both
  expect_code 0 mlops run
  made "venv False"
  sed -i 's/^cmd.*/cmd = "touch .venv\/x"/' pipeline.toml
  expect_code 4 mlops run
  [ ! -e .venv/x ]
  rm -rf .git/mlops/runs
  no_containers
  with same
done
