#!/bin/sh
# pipeline validate names file, line and key; a valid file is counted.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 0 mlops pipeline validate
contains "$out" "valid, 2 stages, 2 instances"
expect_code 0 mlops pipeline validate --json
json 'j["file"] == "pipeline.toml" and j["valid"] and (j["stages"], j["instances"]) == (2, 2)'
sed -i 's/^deps = \["upper/dep = ["upper/' pipeline.toml
expect_code 2 mlops pipeline validate
error_says "pipeline.toml:9" "did you mean 'deps'?"
for command in "run" "pipeline graph" "status"; do
  # shellcheck disable=SC2086 # words of a command
  expect_code 2 mlops $command
  contains "$err" "pipeline.toml:9"
done
printf 'schema = 1\nname = "x"\n[stage.a\n' >other.toml
expect_code 2 mlops pipeline validate other.toml
contains "$err" "other.toml:3"
expect_code 2 mlops pipeline validate nowhere.toml
error_says "'nowhere.toml'" "mlops"
