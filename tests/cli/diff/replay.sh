#!/bin/sh
# --replay: the old version predicts the rows of the new one, with its own code and model, in a tree that goes away.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "p"
[stage.train]
cmd = "cp threshold.txt model.txt; echo trained >> ../trainings"
deps = ["threshold.txt", "train.csv"]
outs = ["model.txt"]
[stage.predict]
cmd = "sh predict.sh > answers.csv"
deps = ["model.txt", "predict.sh", "holdout.csv", "train.csv"]
outs = ["answers.csv"]
[predictions.answers]
path = "answers.csv"
task = "classification"
key = ["id"]
label = "y"
prediction = "a"
END
cat >predict.sh <<'END'
awk -F, -v limit="$(cat model.txt)" 'NR == 1 { print "id,y,a"; next }
  $1 > 100 { print "what is row " $1 "?" >"/dev/stderr"; exit 9 } { print $1 "," $3 "," ($2 > limit) }' holdout.csv
END
# rows FIRST LAST: what is above 5 is 1.
rows() {
  awk -v first="$1" -v last="$2" 'BEGIN { print "id,x,y"; for (i = first; i <= last; ++i) print i "," i % 10 "," (i % 10 > 5) }'
}
version() {
  mlops data add train.csv holdout.csv >"$out" 2>&1
  expect_code 0 mlops run
  commit "$1"
  git tag "$1"
}
echo 'training data' >train.csv
echo 6 >threshold.txt
rows 1 10 >holdout.csv
version v1
# Other code, other training data, another model, other rows.
echo 5 >threshold.txt
echo 'more training data' >train.csv
sed -i 's/what is row/unknown row/' predict.sh
rows 1 30 >holdout.csv
version v2
[ "$(wc -l <../trainings)" -eq 2 ]

expect_code 3 mlops diff v1 v2
contains "$out" "20 of 30 keys stand on one side only"
expect_code 0 mlops diff v1 v2 --replay --json
json '[j["predictions"][0]["counts"][k] for k in ("matched", "only_old", "only_new", "changed", "positive_flips")] == [30, 0, 0, 3, 3]'
json 'j["predictions"][0]["findings"] == ["replayed: stage '"'predict' of 'v1'"' predicted again on holdout.csv of '"'v2'"'"]'
# The run that made them is nobody's: @last is what the user ran.
[ "$(find .git/mlops/runs -mindepth 1 -maxdepth 1 | wc -l)" -eq 2 ]
mlops runs show @last >"$out"
! grep -q replayed "$out" || fail "@last is the replay"
# Nothing was trained anew, and nothing is left but what the cache has.
[ "$(wc -l <../trainings)" -eq 2 ]
[ "$(git worktree list | wc -l)" -eq 1 ]
[ -z "$(git status --porcelain)" ]
[ -z "$(find .git/mlops -name 'stat-cache-tree-*')" ]
# From a directory below, against the work tree.
mkdir below
cd below
expect_code 0 mlops diff v1 --replay
contains "$out" "30 rows"
cd ..

# What the stage says of rows that it does not know is told, and so is where nothing is to be replayed.
rows 1 101 >holdout.csv
sed -i 's/100/200/' predict.sh
version v3
expect_code 4 mlops diff v1 v3 --replay
error_says "stage 'predict' of 'v1' cannot be run on the rows of 'v3'" "--common"
contains "$err" "what is row 101?"
[ "$(git worktree list | wc -l)" -eq 1 ]
expect_code 2 mlops diff v2 v2 --replay
error_says "reads no data set, alone, of which 'v2' has another version" "deps of this stage"
expect_code 2 mlops diff answers.csv answers.csv --key id --replay
error_says "--replay runs a stage of a version" "mlops diff model-v1 model-v2 --replay"
