#!/bin/sh
# Parts of a pipeline: instances by some of their axes, globs, --only, --from, --until.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'EOF'
schema = 1
name = "parts"
[stage.prepare]
cmd = "cp in.txt clean.txt"
deps = ["in.txt"]
outs = ["clean.txt"]
[stage.train]
matrix = { model = ["xgb", "mlp"], fold = [0, 1] }
cmd = "cat clean.txt > ${matrix.model}-${matrix.fold}.bin"
deps = ["clean.txt"]
outs = ["${matrix.model}-${matrix.fold}.bin"]
[stage.report]
cmd = "cat xgb-0.bin xgb-1.bin > report.txt"
deps = ["xgb-0.bin", "xgb-1.bin"]
outs = ["report.txt"]
EOF
echo one >in.txt
expect_code 0 mlops run 'train@model=xgb'
contains "$out" "3 instances, 3 ran"
expect_code 0 mlops run 'train@fold=1,model=*'
contains "$out" "3 instances, 1 ran, 2 cached"
expect_code 0 mlops run 'tr*@*fold=0*'
contains "$out" "3 instances, 1 ran, 2 cached"

# --only leaves what is needed as it is: what changed before it is not looked at.
echo two >in.txt
expect_code 0 mlops run --only report
contains "$out" "1 instance, 1 ran"
[ "$(cat report.txt)" = "one
one" ]
expect_code 0 mlops run -n --from train --until report
contains "$out" "train@fold=0,model=xgb" "report"
lacks "$out" "prepare" "mlp"
expect_code 0 mlops run --until prepare
[ "$(cat clean.txt)" = two ]
expect_code 0 mlops run --from train
contains "$out" "5 instances, 5 ran"
[ "$(cat report.txt)" = "two
two" ]
expect_code 2 mlops run prepare --from report
error_says "no stage is left" "mlops pipeline graph"
expect_code 2 mlops run --from trian
error_says "no stage or instance matches 'trian'" "did you mean"

# Without = the word after --no-cache is a stage to run; with it, the stage that runs again.
expect_code 0 mlops run --no-cache=report
contains "$out" "report                  ran" "6 instances, 1 ran, 5 cached"
expect_code 0 mlops run --no-cache prepare
contains "$out" "1 instance, 1 ran"
