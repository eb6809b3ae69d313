#!/bin/sh
# init writes the tracked settings, says what is next, and changes nothing the second time.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops init
contains "$out" "created '.mlops/config.toml'" "next: mlops data add"
cp .mlops/config.toml "$scratch/first"
expect_code 0 mlops init
contains "$out" "nothing to do"
cmp .mlops/config.toml "$scratch/first"
git status --porcelain >"$out"
contains "$out" "?? .mlops/"

expect_code 0 mlops init --json
json 'j == {"version": 1, "created": []}'
