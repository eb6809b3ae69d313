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
equals "$out" "A  .mlops/config.toml"
git commit --quiet -m "Set mlops up"

expect_code 0 mlops init --json
json 'j == {"version": 1, "created": [], "staged": [], "stage_problem": None, "hooks": None}'

new_repository unstaged
MLOPS_DATA_STAGE=false expect_code 0 mlops init
git status --porcelain >"$out"
contains "$out" "?? .mlops/"

new_repository ignored
echo '.*' >.gitignore
expect_code 0 mlops init
contains "$err" "warning: not staged: "
contains "$out" "next: git add -f .mlops/config.toml"
git add -f .mlops/config.toml
git commit --quiet -m "Set mlops up"
