#!/bin/sh
# Predictions that a version's own files did not make are no evidence about it: exit code 3, and why.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "stale"
params = ["params.toml"]
[stage.predict]
cmd = "mkdir -p out && awk -v w=${params.wrong} 'BEGIN { print \"id,truth,answer\"; for (i = 1; i <= 10; ++i) print i \",\" i % 2 \",\" (i <= w ? 1 - i % 2 : i % 2) }' >out/answers.csv"
params = ["wrong"]
outs = ["out"]
[predictions.answers]
path = "out/answers.csv"
task = "classification"
key = ["id"]
label = "truth"
prediction = "answer"
END
echo 'wrong = 1' >params.toml
mlops run
commit one && git tag v1
printf 'schema = 1\n[[diff.rule]]\nmetric = "accuracy"\nmax_drop = 0.01\n' >safeguards.toml
expect_code 0 mlops diff v1

echo 'wrong = 3' >params.toml
expect_code 3 mlops diff v1
contains "$out" "stale_predictions" "'work tree': 'predict': it was run with wrong 1 instead of 3"
commit "params that nobody ran" && git tag v2
expect_code 3 mlops diff v1 v2
contains "$out" "INSUFFICIENT" "'v2': 'predict': it was run with wrong 1 instead of 3"
expect_code 3 mlops diff v1 v2 --json
json '[r["verdict"] for r in j["predictions"][0]["rules"] if r["name"] == "stale_predictions"] == ["insufficient"]'

mlops run
git add params.toml && git commit --quiet --allow-empty -m "a lock left out" && git tag v3
expect_code 3 mlops diff v1 v3
commit "the lock, too" && git tag v4
expect_code 1 mlops diff v1 v4
contains "$out" "accuracy" "FAIL"
lacks "$out" "stale_predictions"
