#!/bin/sh
# A directory that outs may not be written to is the machine's failure, and comes with what to look at.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir 'my outs'
cat >pipeline.toml <<'END'
schema = 1
[stage.a]
cmd = ["touch", "my outs/deep/a.txt"]
cache = "always"
outs = ["my outs/deep/a.txt"]
END
chmod a-w 'my outs'

as_user() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  setpriv --reuid=65534 --clear-groups true || skip "no other user can be taken on"
  chown -R 65534 "$scratch"
  chmod 755 "$scratch"
  as_user() { setpriv --reuid=65534 --clear-groups "$@"; }
  as_user test -x "$MLOPS" || skip "another user cannot reach $MLOPS"
  as_user test -x "$scratch/here" || skip "another user cannot reach the scratch directory"
fi
expect_code 5 as_user mlops run
contains "$err" "ermission denied" "see that you may write where its outs lie" "ls -ld 'my outs/deep'"
chmod u+w 'my outs'
expect_code 0 as_user mlops run
