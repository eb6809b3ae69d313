#!/bin/sh
# Whatever needs a repository says so with exit code 2, and how to get one.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

for command in init run diff "data add x" "data fsck" "pipeline graph"; do
  # shellcheck disable=SC2086 # words of a command
  expect_code 2 mlops $command
  is_empty "$out"
  error_says "is not in a git work tree" "git init"
done
expect_code 0 mlops version
expect_code 0 mlops help
expect_code 0 mlops completion bash
expect_code 0 mlops config --user data.stage false
