#!/bin/sh
# --strict: results of which nothing tells what made them, and undeclared writes, are errors.
# rule 07
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 2 mlops run --strict
error_says "pipeline.toml:3: stage.upper.environment: nothing is known of what 'upper' runs in" "tools"
[ ! -e upper.txt ]
sed -i 's/^name.*/default = { environment = "sh" }/' pipeline.toml
printf '[environment.sh]\ntype = "process"\ntools = ["echo 1"]\n' >>pipeline.toml
expect_code 0 mlops run --strict
sed -i 's/> count.txt"/> count.txt; echo > stray.txt"/' pipeline.toml
expect_code 4 mlops run --strict
contains "$err" "stage 'count' failed: wrote 'stray.txt', which no out declares"
rm stray.txt
expect_code 0 mlops run
contains "$err" "wrote 'stray.txt', which no out declares"
