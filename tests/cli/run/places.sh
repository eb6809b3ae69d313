#!/bin/sh
# --environment and --pool: all stages somewhere else than the file says.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "places"
[environment.one]
type = "process"
tools = ["echo 1"]
[environment.two]
type = "process"
tools = ["echo 2"]
[pool.small]
type = "local"
slots = { cpu = 1 }
[stage.a]
environment = "one"
cmd = "cp in a"
deps = ["in"]
outs = ["a"]
[stage.b]
environment = "one"
cmd = "cp a b"
deps = ["a"]
outs = ["b"]
resources = { cpu = 1 }
END
echo in >in
expect_code 0 mlops run
contains "$out" "2 instances, 2 ran"
expect_code 0 mlops run --pool small
contains "$out" "2 instances, 2 cached"
expect_code 0 mlops run --environment two --explain
contains "$out" "2 instances, 2 ran" "environment: process:"
# What the file says is another environment again, and its results are there.
expect_code 0 mlops status
lacks "$out" "would run"
expect_code 0 mlops run
contains "$out" "2 instances, 2 cached"

sed -i 's/cp a b/exit 3/' pipeline.toml
expect_code 4 mlops run --environment two
contains "$err" "hint: mlops run --environment two b"
expect_code 2 mlops run --environment too
error_says "--environment: the pipeline has no environment 'too'" "did you mean 'two'?"
expect_code 2 mlops run --pool large
error_says "--pool: the pipeline has no pool 'large'" "there are: local, small"
