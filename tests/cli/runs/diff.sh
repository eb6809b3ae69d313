#!/bin/sh
# runs diff, and run:ID where a version is compared: what two runs made, whatever the work tree has now.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >params.toml <<'END'
wrong = 3
END
cat >predict.sh <<'END'
awk -v wrong="$1" 'BEGIN { print "id,truth,answer"
  for (i = 1; i <= 10; ++i) print i "," i % 2 "," (i <= wrong ? 1 - i % 2 : i % 2) }' >out/answers.csv
printf '{"wrong": %s}\n' "$1" >metrics.json
date +%N >noise.txt
END
cat >pipeline.toml <<'END'
schema = 1
params = ["params.toml"]
[stage.predict]
cmd = "sh predict.sh ${params.wrong}"
deps = ["predict.sh"]
params = ["wrong"]
outs = ["out/answers.csv", { path = "noise.txt", cache = false }]
metrics = ["metrics.json"]
[stage.same]
cmd = "echo same > same.txt"
outs = ["same.txt"]
[predictions.answers]
path = "out/answers.csv"
task = "classification"
key = "id"
label = "truth"
prediction = "answer"
END
commit one
expect_code 0 mlops run
first=$(ls .git/mlops/runs)
commit two
echo 'wrong = 1' >params.toml
expect_code 0 mlops run
second=$(mlops runs list -n 1 | cut -f 1)
expect_code 0 mlops runs diff
contains "$out" "old $first" "new $second"
# Neither is what lies here now.
echo 'wrong = 9' >params.toml
expect_code 0 mlops run predict
rm -rf out metrics.json

expect_code 0 mlops runs diff "$first" "$second"
contains "$out" "old $first" "new $second" "+changes" "predict	param wrong	3	1" "out/answers.csv	r1:" "metrics.json	wrong	3	1	-2"
lacks "$out" "same"
expect_code 0 mlops runs diff "$first" "$second" --json
json 'j["old"]["run"] == "'"$first"'" and not j["old"]["dirty"] and j["new"]["dirty"]'
json '{"part": "param wrong", "old": "3", "new": "1"} in j["instances"][0]["key_parts"]'
json 'j["instances"][1]["instance"] == "same" and j["instances"][1]["key_parts"] == []'
json 'sorted(o["path"] for o in j["outs"]) == ["metrics.json", "out/answers.csv"]'
json 'j["metrics"] == [{"file": "metrics.json", "metric": "wrong", "old": 3, "new": 1, "change": -2.0}]'
# Without words the last two; without the second word the last.
expect_code 0 mlops runs diff "$first"
contains "$out" "param wrong	3	9" "	absent" "same.txt	r1:"

# The same versions for metrics and predictions.
expect_code 0 mlops metrics diff "run:$first" "run:$second"
contains "$out" "wrong	3	1	-2"
expect_code 0 mlops metrics show "run:$second" @last
contains "$out" "wrong	1	9"
expect_code 0 mlops diff "run:$first" "run:$second" --json
json 'j["old"]["name"] == "run:'"$first"'" and j["predictions"][0]["counts"]["positive_flips"] == 2'
json 'abs(j["predictions"][0]["metrics"]["accuracy"]["new"] - 0.9) < 1e-9'
expect_code 0 mlops diff "run:$first" HEAD --json
json 'j["predictions"][0]["counts"]["changed"] == 0'

# Of what was not stored nothing is shown as if it were that run's.
sed -i 's|outs = \["out/answers.csv"|outs = [{ path = "out/answers.csv", cache = false }|' pipeline.toml
expect_code 0 mlops run predict
expect_code 3 mlops diff "run:$first" @last
contains "$out" "has no 'out/answers.csv'"

new_repository elsewhere
expect_code 2 mlops runs diff
error_says "no two runs yet" "mlops run"
cd "$scratch/here/repository"
expect_code 2 mlops runs diff nothing
error_says "there is no run 'nothing'" "mlops runs list"
expect_code 2 mlops diff run:nothing HEAD
error_says "there is no run 'nothing'" "mlops runs list"
expect_code 2 mlops runs diff "$first" "$second" "$first"
error_says "two runs" "mlops runs diff"
