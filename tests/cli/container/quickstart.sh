#!/bin/sh
# The quickstart's project by the machine's Python, in a venv, and in Docker and Podman with Debian's own Python:
# byte-equal outputs everywhere, one key where same_as says so, and the same verdict of mlops diff.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

/usr/bin/python3 -c 'import ensurepip' 2>"$err" || lacking "python3-venv is not installed: sh third_party/install.sh test"
start_docker
start_podman
sklearn_image "$scratch/sklearn.tar"
docker import "$scratch/sklearn.tar" sklearn:1 >"$out"
podman import "$scratch/sklearn.tar" sklearn:1 >"$out" 2>"$err"
rm "$scratch/sklearn.tar"

new_repository "quick start"
cp "$top"/examples/quickstart/project/* .
# The Python that the environment has, not the machine's by its path.
sed -i 's,"/usr/bin/python3","python3",' pipeline.toml
/usr/bin/python3 "$top/examples/quickstart/write_data.py" data
/usr/bin/python3 -m venv --system-site-packages .venv
printf '.venv/\n' >.gitignore
expect_code 0 mlops data add data/cancer.csv data/diabetes.csv
commit "Code and data"
cat >>pipeline.toml <<END2

[environment.venv]
type = "venv"
path = ".venv"

[environment.image]
type = "container"
image = "sklearn:1"
pull = "never"

[environment.same]
type = "container"
image = "sklearn:1"
pull = "never"
same_as = "venv"
END2

# in_environment NAME FEATURES: what `mlops run` is asked for next.
in_environment() {
  sed -i "s/^default = { environment = \"[a-z]*\"/default = { environment = \"$1\"/" pipeline.toml
  sed -i "s/^features = .*/features = $2/" params.toml
}

outputs() {
  find models predictions split metrics.json -type f -exec sha256sum {} + | sort -k 2
}

# keys: of the last run's instances.
keys() {
  grep -ho '"instance":"[a-z]*","key":"[^"]*"' "$(find .git/mlops/runs -name run.jsonl | sort | tail -n 1)" | sort -u
}

# Both models, each committed and tagged, by the machine's Python.
for features in 2 10; do
  in_environment python "$features"
  expect_code 0 mlops run
  outputs >"$scratch/outputs-$features"
  commit "Model on $features features"
  git tag "model-$features"
done
expect_code 1 mlops diff model-2 model-10
contains "$out" "accuracy" "0.8732" "0.9120"

# anywhere NAME FEATURES...: those models again in that environment: the same bytes, and the same verdict.
anywhere() {
  environment=$1
  shift
  for features; do
    in_environment "$environment" "$features"
    expect_code 0 mlops run --no-cache
    lacks "$err" "not reproducible"
    outputs | diff "$scratch/outputs-$features" - >&3 || fail "other bytes: $environment, $features features"
  done
  keys >"$scratch/keys-$environment"
  [ "$(wc -l <"$scratch/keys-$environment")" -eq 4 ] || fail "no keys: $environment"
  expect_code 1 mlops diff model-2
  contains "$out" "accuracy" "0.8732" "0.9120"
}

anywhere venv 2 10
for engine in docker podman; do
  export MLOPS_CONTAINER_ENGINE="$engine"
  # Declared the same: what the venv gave is taken, and where it runs the key is the venv's.
  in_environment same 10
  expect_code 0 mlops run
  contains "$out" "4 instances, 4 cached"
  anywhere same 2 10
  diff "$scratch/keys-venv" "$scratch/keys-same" >&3 || fail "other keys: $engine"
  anywhere image 10
  if diff "$scratch/keys-venv" "$scratch/keys-image" >"$out"; then fail "the venv's keys: $engine"; fi
  no_containers
done
