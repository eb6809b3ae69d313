#!/bin/sh
# A pipe, a socket, a device, a file and a directory that may not be read stop the add, all named at once;
# --skip-unreadable leaves them out and names them, and the rest is added.
# case 53
# case 54
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/closed
echo 1 >data/a
echo 2 >data/secret
echo 3 >data/closed/below
mkfifo data/pipe
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("data/socket")'
unreadable="data/pipe data/socket data/secret data/closed"
if [ "$(id -u)" -eq 0 ] && mknod data/device c 1 5 2>"$err"; then unreadable="$unreadable data/device"; fi
chmod 0 data/secret data/closed

as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  setpriv --reuid=65534 --clear-groups true || skip "no other user can be taken on"
  chown -R 65534 "$scratch"
  chmod 755 "$scratch"
  as_user() { setpriv --reuid=65534 --clear-groups "$@"; }
  as_user test -x "$MLOPS" || skip "another user cannot reach $MLOPS"
  as_user test -x "$scratch/here" || skip "another user cannot reach the scratch directory"
fi
expect_code 2 as_user mlops data add data
# shellcheck disable=SC2086 # words
contains "$err" $unreadable "--skip-unreadable"
[ ! -e data.mlops ]
expect_code 0 as_user mlops data add --skip-unreadable data
for path in $unreadable; do contains "$err" "skipped '$path'"; done
expect_code 0 as_user mlops data ls data
equals "$out" "$(printf '2\tdata/a')"
