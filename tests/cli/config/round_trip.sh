#!/bin/sh
# A setting is read, written, listed and removed; a comment in the file stays.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops config data.stage
equals "$out" true
expect_code 0 mlops config data.stage false
expect_code 0 mlops config data.stage
equals "$out" false
sed -i '1i # ours' .git/mlops/config.toml
expect_code 0 mlops config data.remote origin
contains .git/mlops/config.toml "# ours" "origin"
expect_code 0 mlops config
contains "$out" "data.stage	false	" ".git/mlops/config.toml:"
expect_code 0 mlops config --json
json '{s["name"]: s["value"] for s in j["settings"]}["data.remote"] == "origin"'
json 'all(set(s) == {"name", "value", "scope", "origin", "used"} for s in j["settings"])'
expect_code 0 mlops config --json data.stage
json '(j["version"], j["name"], j["value"], j["scope"], j["used"]) == (1, "data.stage", "false", "clone", True)'
expect_code 0 mlops config --json data.stage true
json 'set(j) == {"version", "name", "value", "scope", "origin", "used"} and j["value"] == "true"'
expect_code 0 mlops config --json --unset data.stage
json 'j["name"] == "data.stage" and j["value"] is None'
expect_code 0 mlops config data.stage false
expect_code 0 mlops config --unset data.stage
expect_code 0 mlops config data.stage
equals "$out" true
