#!/bin/sh
# Runs of two users on one machine do not over-commit it: they meet in a directory that is everybody's, whatever their
# umask; what one plants there keeps nobody from running.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

[ "$(id -u)" -eq 0 ] || skip "two users can be taken on by root alone"
setpriv --reuid=65533 --clear-groups true || skip "no other user can be taken on"
chmod 755 "$scratch"
mkdir -m 1777 "$scratch/common" "$scratch/meet"

# as USER COMMAND...
as() {
  user=$1
  shift
  env TMPDIR="$scratch/common" HOME="$scratch/$user" setpriv --reuid="$user" --clear-groups "$@"
}
for user in 65533 65534; do
  mkdir "$scratch/$user"
  git init --quiet "$scratch/$user/repository"
  # Where both were at work at once, the second directory cannot be made.
  cat >"$scratch/$user/repository/pipeline.toml" <<END
schema = 1
name = "users"
[pool.local]
type = "local"
slots = { cpu = 2, gpu = 1 }
[stage.use]
cmd = "mkdir '$scratch/meet/busy'; printenv CUDA_VISIBLE_DEVICES >gpu || true; sleep 2; rmdir '$scratch/meet/busy'"
outs = ["gpu"]
resources = { gpu = 1 }
END
  chown -R "$user" "$scratch/$user"
  as "$user" test -x "$MLOPS" || skip "another user cannot reach $MLOPS"
done
run_as() {
  (umask "$2" && cd "$scratch/$1/repository" && as "$1" mlops run)
}
run_as 65533 077 >"$scratch/first.out" 2>"$scratch/first.err" &
first=$!
for _ in $(seq 300); do [ ! -e "$scratch/meet/busy" ] || break; sleep 0.1; done
[ -e "$scratch/meet/busy" ] || fail "the first never began"
expect_code 0 run_as 65534 022
contains "$err" "other runs on this machine use its slots: stages wait for them"
wait "$first" || fail "the first failed: $(cat "$scratch/first.out" "$scratch/first.err")"
[ "$(cat "$scratch/65533/repository/gpu" "$scratch/65534/repository/gpu")" = "0
0" ]
[ "$(stat -c %a "$scratch/common/mlops-slots")" = 1777 ]
find "$scratch/common/mlops-slots" -mindepth 2 >"$out"
is_empty "$out"

# A directory under another one's number is no place for him: said, and he runs alone.
rm -r "$scratch/common/mlops-slots/65534"
as 65533 mkdir "$scratch/common/mlops-slots/65534"
expect_code 0 run_as 65534 022
contains "$err" "other runs on this machine do not see what this one uses" "is not ours"
equals "$scratch/65534/repository/gpu" 0
# A lock that is held for good, likewise.
rmdir "$scratch/common/mlops-slots/65534"
as 65533 flock "$scratch/common/mlops-slots/ledger" sleep 40 &
holder=$!
for _ in $(seq 100); do
  if ! as 65533 flock --nonblock "$scratch/common/mlops-slots/ledger" true; then break; fi
  sleep 0.1
done
expect_code 0 run_as 65534 022
contains "$err" "do not see what this one uses" "is locked all the time"
kill "$holder"
