#!/bin/sh
# Cycles, two stages with one out, and unknown parameters are refused before anything runs.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
stage() { printf '[stage.%s]\ncmd = "touch ran"\ndeps = [%s]\nouts = [%s]\n' "$1" "$2" "$3"; }
start() { printf 'schema = 1\nname = "x"\n'; }
{ start; stage a '"y"' '"x"'; stage b '"x"' '"y"'; } >pipeline.toml
expect_code 2 mlops run
contains "$err" "cycle" "a" "b"
{ start; stage a '' '"x"'; stage b '' '"x"'; } >pipeline.toml
expect_code 2 mlops run
contains "$err" "x" "'a'" "'b'"
{ start; printf '[stage.a]\ncmd = "echo ${params.nothing}"\n'; } >pipeline.toml
expect_code 2 mlops run
contains "$err" "params.nothing"
{ start; stage a '"/etc/passwd"' '"x"'; } >pipeline.toml
expect_code 2 mlops run
contains "$err" "pipeline.toml:" "/etc/passwd"
[ ! -e ran ]

# What can never run is said, with its cause; that it is skipped may be what somebody asked for.
echo 'on = false' >params.toml
{
  start
  echo 'params = ["params.toml"]'
  printf '[stage.a]\ncmd = "touch ran"\nouts = ["x"]\nwhen = "params.on"\n'
  stage b '"x"' '"y"'
  stage c '"y"' '"z"'
} >pipeline.toml
expect_code 0 mlops pipeline validate
contains "$err" "pipeline.toml:8" "'b' never runs" "'c' never runs" "'a'"
expect_code 0 mlops pipeline validate --json
json '[(u["line"], u["instance"], u["because"]) for u in j["unreachable"]] == [(8, "b", "a"), (12, "c", "a")]'
echo 'on = true' >params.toml
expect_code 0 mlops pipeline validate --json
json 'j["unreachable"] == []'
