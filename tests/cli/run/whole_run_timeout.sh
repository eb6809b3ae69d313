#!/bin/sh
# --timeout ends the whole run with 5; --run-id names it; --params and --set --apply change parameters.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'EOF'
schema = 1
name = "flags"
params = ["params.toml"]
[stage.quick]
cmd = "echo ${params.rows} > quick.txt"
params = ["rows"]
outs = ["quick.txt"]
[stage.slow]
cmd = "sleep 60"
deps = ["quick.txt"]
outs = ["slow.txt"]
EOF
echo 'rows = 1' >params.toml
expect_code 5 mlops run --timeout 2s --run-id nightly-1
contains "$err" "stage 'slow' failed: the --timeout of the run is over"
[ "$(cat quick.txt)" = 1 ]
[ -s .git/mlops/runs/nightly-1/run.jsonl ]
expect_code 2 mlops run --run-id nightly-1 quick
contains "$err" "there is a run 'nightly-1' already"
expect_code 2 mlops run --timeout soon
error_says "'soon' is not a duration" "--timeout 90m"

echo 'rows = 7' >"$scratch/more.toml"
expect_code 0 mlops run quick --params "$scratch/more.toml"
[ "$(cat quick.txt)" = 7 ]
expect_code 0 mlops run quick --params "$scratch/more.toml" --set rows=9 --apply
[ "$(cat quick.txt)" = 9 ]
expect_code 2 mlops run quick --set rosw=9 --apply
error_says "there is no parameter 'rosw'" "--set"
expect_code 2 mlops run quick --params nothing.toml
