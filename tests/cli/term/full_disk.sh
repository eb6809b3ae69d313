#!/bin/sh
# When stdout cannot take the output the exit code is 5 and stderr says so.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

[ -w /dev/full ] || skip "there is no /dev/full"
new_repository
for command in version help "doctor" "status --json"; do
  code=0
  # shellcheck disable=SC2086 # words of a command
  mlops $command >/dev/full 2>"$err" || code=$?
  [ "$code" -eq 5 ] || fail "exit code $code of $command"
  contains "$err" "cannot write to standard output"
done
