#!/bin/sh
# An unknown stage is named with the likely one; a glob that matches nothing too.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 2 mlops run uper
error_says "'uper'" "did you mean 'upper'?"
expect_code 2 mlops run 'zz*'
error_says "'zz*'" "mlops pipeline graph"
expect_code 2 mlops run a.toml b.toml
error_says "one pipeline file" "mlops run"
expect_code 0 mlops run upper
lacks "$out" count
expect_code 0 mlops run 'c*'
contains "$out" "upper  cached" "count  ran"
