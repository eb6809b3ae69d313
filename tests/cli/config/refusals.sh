#!/bin/sh
# Wrong values and names are refused before the file changes, and a broken file is named with its line.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops config data.stage false
cp .git/mlops/config.toml "$scratch/before"
expect_code 2 mlops config data.stage maybe
error_says "must be true or false, not 'maybe'" "such as 'true'"
expect_code 2 mlops config data.remote
error_says "'data.remote' is not set" "mlops config data.remote <value>"
expect_code 2 mlops config --tracked --user data.stage true
error_says "exclude each other" "--user"
expect_code 2 mlops config --unset
error_says "--unset takes one setting" "mlops config --unset"
cmp .git/mlops/config.toml "$scratch/before"
printf 'schema = 1\n[data]\nstag = true\n' >.git/mlops/config.toml
expect_code 2 mlops data status
error_says "config.toml:3" "data.stage"
