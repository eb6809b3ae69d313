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
