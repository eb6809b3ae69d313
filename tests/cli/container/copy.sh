#!/bin/sh
# container.io = "copy": what a stage declares is copied into its container, its outs out of it, in Docker and in
# Podman; the results are those of mounted files, and nothing of the work tree is mounted.
# failure remote
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/containers.sh
. "$tests/support/containers.sh"

for engine in docker podman; do
  on_engine "$engine"
  long=$(printf 'a long name %050d' 1)
  new_repository "$engine, the \"work: tree\" of $long"
  mkdir -p data/deep 'sub dir'
  printf 'pear\napple\n' >'data/in, of.txt'
  echo inner >data/deep/inner.txt
  ln -s inner.txt data/deep/link
  echo hidden >undeclared.txt
  printf '#!/bin/sh\nsort "$@"\n' >tool.sh
  chmod +x tool.sh
  cat >pipeline.toml <<'END'
schema = 1
name = "fruit"
default = { environment = "box" }
[environment.box]
type = "container"
image = "box:1"
pull = "never"
[stage.sort]
cmd = "../tool.sh '../data/in, of.txt' >../data/sorted.txt; cat ../data/deep/link >>../data/sorted.txt"
workdir = "sub dir"
deps = ["data/in, of.txt", "data/deep", "tool.sh"]
outs = ["data/sorted.txt"]
[stage.dir]
cmd = """
mkdir -p made/x
cp data/sorted.txt made/x/
chmod 640 made/x/sorted.txt
test ! -e undeclared.txt
test ! -e .git
grep -q . "$MLOPS_PARAMS"
test "$(cat "$MLOPS_SECRETS/run/token")" = 'a long secret'
"""
deps = ["data/sorted.txt"]
outs = ["made"]
secrets = [{ file = "/run/token", local = "env:TOKEN" }]
[stage.kept]
cmd = "echo more >>log.txt; echo x >stray.txt"
deps = ["made"]
outs = [{ path = "log.txt", persist = true }]
END
  commit one
  export TOKEN='a long secret'
  mlops config container.io copy >"$out"
  expect_code 0 mlops run
  contains "$out" "3 instances, 3 ran"
  contains data/sorted.txt apple pear inner
  [ "$(stat -c %a made/x/sorted.txt)" = 640 ]
  [ "$(stat -c %u made/x/sorted.txt)" = "$(id -u)" ]
  [ "$(cat log.txt)" = more ]
  [ ! -e stray.txt ]
  cat "$out" "$err" >"$scratch/said"
  contains "$scratch/said" stray.txt
  no_containers
  [ -z "$(ls .git/mlops/isolated/* 2>/dev/null)" ] || fail "a view is left"
  # A persistent out is there again, and comes back from a stage that fails.
  sed -i 's/echo more >>log.txt;/echo again >>log.txt; exit 3;/' pipeline.toml
  expect_code 4 mlops run
  [ "$(tr '\n' ' ' <log.txt)" = "more again " ]
  # Mounted, the keys are the same.
  rm -r made data/sorted.txt
  mlops config container.io bind >"$out"
  expect_code 0 mlops run dir
  contains "$out" "2 instances, 2 restored"
  mlops config container.io copy >"$out"
  # What was not declared is missed, and named.
  sed -i 's/test ! -e undeclared.txt/cat undeclared.txt/' pipeline.toml
  expect_code 4 mlops run dir
  contains "$err" "undeclared.txt" "add 'undeclared.txt' to the deps"
  sed -i 's/cat undeclared.txt/true/; s/^mkdir -p made.x$/exit 0/' pipeline.toml
  expect_code 4 mlops run dir
  contains "$err" "the out 'made' was not written"
  expect_code 2 mlops exec --environment box -- true
  error_says "a command declares nothing" "mlops run"
  # A stage that is stopped leaves nothing behind.
  sed -i 's/^exit 0$/sleep 600/' pipeline.toml
  sed -i 's/^\[stage.dir\]$/&\ntimeout = "2s"/' pipeline.toml
  expect_code 5 mlops run dir
  contains "$err" "ran longer than its timeout"
  no_containers
  cd ..
done
