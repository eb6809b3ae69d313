#!/bin/sh
# Predictions that a pipeline made are found in both revisions without a checkout.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "made"
[stage.predict]
cmd = "awk -v wrong=${params.wrong} -f predict.awk > answers.csv"
deps = ["predict.awk"]
outs = ["answers.csv"]
[predictions.answers]
path = "answers.csv"
task = "classification"
key = ["id"]
label = "truth"
prediction = "answer"
stage = "predict"
END
sed -i 's/^name = .*/&\nparams = ["params.toml"]/' pipeline.toml
echo 'BEGIN { print "id,truth,answer"; for (i = 1; i <= 10; ++i) print i "," i % 2 "," ((i <= wrong) != (i % 2)) }' >predict.awk
echo 'wrong = 1' >params.toml
mlops run
commit one && git tag v1
echo 'wrong = 4' >params.toml
mlops run
commit two && git tag v2
rm answers.csv
expect_code 0 mlops diff v1 v2
contains "$out" "0.9000" "0.6000"
[ ! -e answers.csv ]
