#!/bin/sh
# An unknown command, flag, setting, topic or shell is named, with the likely word or the list.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 2 mlops statsu
error_says "'statsu' is not an mlops command" "did you mean 'status'?"
expect_code 2 mlops data chekout
error_says "'data chekout' is not an mlops command" "did you mean 'checkout'?"
expect_code 2 mlops frobnicate
error_says "'frobnicate'" "mlops help"
expect_code 2 mlops data frobnicate
error_says "'data frobnicate'" "mlops help data"
# A verb that lives in a group, or does not.
expect_code 2 mlops add
error_says "'add' is not an mlops command" "did you mean 'mlops data add' or 'mlops remote add'?"
for verb in fsck checkout ls cat; do
  expect_code 2 mlops $verb
  error_says "'$verb' is not an mlops command" "did you mean 'mlops data $verb'?"
done
expect_code 2 mlops graph
error_says "'graph'" "did you mean 'mlops pipeline graph'?"
expect_code 2 mlops chekout
error_says "'chekout'" "did you mean 'mlops data checkout'?"
expect_code 2 mlops data run
error_says "'data run'" "did you mean 'mlops run'?"
expect_code 2 mlops run --dryrun
error_says "unknown flag '--dryrun'" "did you mean '--dry-run'?"
expect_code 2 mlops run --frobnicate
error_says "unknown flag '--frobnicate'" "mlops run -h"
expect_code 2 mlops run -Z
error_says "unknown flag '-Z'" "mlops run -h"
expect_code 2 mlops config data.stag
error_says "'data.stag'" "did you mean 'data.stage'?"
expect_code 2 mlops help rum
error_says "no help on 'rum'" "did you mean 'run'?"
expect_code 2 mlops help xyzzy
error_says "no help on 'xyzzy'" "mlops help"
expect_code 2 mlops completion tcsh
error_says "bash, zsh or fish" "mlops completion bash"
