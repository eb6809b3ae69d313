#!/bin/sh
# A directory that may not be written in is named, with 5, whether --force is given or not.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir data
echo 1 >data/x
mlops data add data/x
rm data/x
chmod a-w data

as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  setpriv --reuid=65534 --clear-groups true || skip "no other user can be taken on"
  chown -R 65534 "$scratch"
  chmod 755 "$scratch"
  as_user() { setpriv --reuid=65534 --clear-groups "$@"; }
  as_user test -x "$MLOPS" || skip "another user cannot reach $MLOPS"
  as_user test -x "$scratch/here" || skip "another user cannot reach the scratch directory"
fi
for force in "" --force; do
  # shellcheck disable=SC2086 # a flag or nothing
  expect_code 5 as_user mlops data checkout $force
  error_says "cannot write in 'data': permission denied" "chmod u+w -- data"
done
chmod u+w data
expect_code 0 as_user mlops data checkout
[ "$(cat data/x)" = 1 ]

# One that belongs to somebody else.
if [ "$(id -u)" -eq 0 ]; then
  rm data/x
  chown 0 data
  expect_code 5 as_user mlops data checkout
  contains "$err" "mlops: error: " "ermission denied" "data"
fi
