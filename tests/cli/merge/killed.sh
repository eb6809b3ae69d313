#!/bin/sh
# A driver, or data merge, that is killed anywhere leaves no pointer to what is not stored, and again works.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init --hooks
commit setup
diverge
before=$(git rev-parse HEAD)
plans="20 1000 1440 1480 1520 1560"

# A pointer that is one names a version that is there.
check_pointer() {
  if ! grep -q '^<<<<<<<' data.mlops; then expect_code 0 mlops data ls data; fi
}

killed=0
for plan in $plans; do
  code=0
  MLOPS_FAULT="$plan:kill" git -c core.hooksPath=/dev/null merge --no-edit side >"$out" 2>"$err" || code=$?
  if [ "$code" -ne 0 ]; then killed=$((killed + 1)); fi
  check_pointer
  rm -f .git/index.lock
  git reset --quiet --hard "$before"
done
[ "$killed" -gt 2 ] || fail "only $killed were killed"

mlops init --no-hooks
killed=0
for plan in $plans; do
  if git merge --no-edit side >"$out" 2>"$err"; then fail "git has a driver"; fi
  code=0
  MLOPS_FAULT="$plan:kill" mlops data merge >"$out" 2>"$err" || code=$?
  if [ "$code" -ne 0 ]; then
    killed=$((killed + 1))
    check_pointer
    rm -f .git/index.lock
    expect_code 0 mlops data merge
  fi
  git status --porcelain >"$out"
  equals "$out" "M  data.mlops"
  check_pointer
  git reset --quiet --hard
done
[ "$killed" -gt 2 ] || fail "only $killed were killed"
expect_code 0 mlops data fsck
