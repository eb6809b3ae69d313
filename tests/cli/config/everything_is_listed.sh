#!/bin/sh
# config alone lists every setting, set or not, with where its value comes from.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops config
contains "$out" "data.stage	true	built-in"
expect_code 0 mlops config data.stage false
expect_code 0 mlops config
contains "$out" "data.stage	false	" ".git/mlops/config.toml"
lacks "$out" "data.stage	true"
