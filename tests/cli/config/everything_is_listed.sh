#!/bin/sh
# config alone lists every setting, set or not, with where its value comes from and whether it is used.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops config
contains "$out" "data.stage	true	built-in"
expect_code 0 mlops config data.stage false
expect_code 0 mlops config
contains "$out" "data.stage	false	" ".git/mlops/config.toml"
lacks "$out" "data.stage	true"

contains "$out" "container.engine	auto	built-in" "run.push	strong	built-in	not used"
expect_code 0 mlops config --json
json '{s["name"] for s in j["settings"] if s["used"]} == {"data.stage", "store.path", "container.engine",
  "container.io", "container.network", "container.user", "data.push_hook", "data.remote"}'
expect_code 0 mlops config cache.max_age 30d
contains "$err" "warning: 'cache.max_age' is not used by this build"
