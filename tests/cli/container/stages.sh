#!/bin/sh
# The same pipeline in Docker and in Podman: a process and containers side by side, cached by the image's digest;
# the files belong to who ran it, and no container is left.
# failure owner
# failure names
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

for engine in docker podman; do
  on_engine "$engine"
  new_repository "a, $engine's \"work tree\""
  mkdir data sub
  printf 'pear\napple\n' >'data/in, of.txt'
  printf '[train]\nrate = 0.5\n' >params.toml
  cat >pipeline.toml <<'END'
schema = 1
name = "fruit"
params = ["params.toml"]
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.list]
cmd = ["sh", "-c", "ls data > list.txt"]
deps = ["data"]
outs = ["list.txt"]
[stage.prepare]
environment = "box"
cmd = ["sort", "-o", "${outs.sorted}", "data/in, of.txt"]
deps = ["data/in, of.txt"]
outs = { sorted = "data/sorted.txt" }
[stage.train]
environment = "box"
workdir = "sub"
cmd = """
test "$(id -u)" = "$WHO"
test "$HOME" = /tmp
test -z "$${SECRET_OF_THE_USER:-}"
grep -q 0.5 "$MLOPS_PARAMS"
echo "trained on $(wc -l < ../data/sorted.txt) at $RATE" > ../model.txt
echo out; echo err >&2
"""
env = { set = { RATE = "${params.train.rate}" }, pass = ["WHO"] }
deps = ["data/sorted.txt"]
outs = ["model.txt"]
params = ["train"]
[stage.each]
environment = "box"
matrix = { model = ["a b", "c"], fold = [1] }
cmd = ["touch", "each-${matrix.model}"]
deps = ["model.txt"]
outs = ["each-${matrix.model}"]
END
  commit one
  WHO=$(id -u)
  export WHO SECRET_OF_THE_USER=hidden
  # A look asks no engine, and says that the image is not known yet.
  expect_code 0 mlops run -n
  contains "$out" "the image of 'box' was never looked up here"
  expect_code 0 mlops run
  contains "$out" "list" "prepare" "train" "each@fold=1,model=a b" "5 instances, 5 ran"
  [ "$(cat data/sorted.txt)" = "$(printf 'apple\npear')" ]
  [ "$(cat model.txt)" = "trained on 2 at 0.5" ]
  [ "$(stat -c %u model.txt)" = "$(id -u)" ]
  [ "$(cat .git/mlops/runs/*/logs/train.log | sort | tr '\n' ' ')" = "err out " ]
  no_containers
  [ -z "$(ls .git/mlops/runs/*/env-* 2>/dev/null)" ] || fail "a file of variables is left"

  expect_code 0 mlops run --json
  json_lines 'all(one.get("grade") == "strong" for one in j if one.get("instance") in ("prepare", "train"))'
  # Looks need no engine.
  expect_code 0 env DOCKER_HOST=unix:///nowhere CONTAINERS_STORAGE_CONF=/nowhere mlops run -n
  contains "$out" "5 instances, 5 cached"

  # The tag moves: that is another environment.
  "$engine" import --change 'ENV MOVED=yes' "$scratch/box.tar" box:1 >"$out" 2>"$err"
  expect_code 0 mlops run --explain
  contains "$out" "prepare" "environment" "1 cached"
  cd ..
done
