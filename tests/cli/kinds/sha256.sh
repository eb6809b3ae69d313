#!/bin/sh
# A repository whose objects are named by SHA-256.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository repository --object-format=sha256
write_pipeline
write_predictions answers.csv 1
cat >>pipeline.toml <<'END'
[predictions.answers]
path = "answers.csv"
task = "classification"
key = ["id"]
label = "truth"
prediction = "answer"
END
expect_code 0 mlops data add data/in.txt
expect_code 0 mlops run
commit one && git tag v1
expect_code 0 mlops data ls --rev v1
contains "$out" "data/in.txt"
expect_code 0 mlops run
contains "$out" "2 cached"
expect_code 0 mlops diff v1
expect_code 0 mlops doctor
contains "$out" "SHA-256"
