#!/bin/sh
# Completion offers every flag that help shows (unit.app walks all commands; here three of them).
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

mlops completion --words -- "" >"$scratch/offered"
mlops help --list | cut -d' ' -f1 | LC_ALL=C sort -u | LC_ALL=C comm -23 - "$scratch/offered" >"$out"
is_empty "$out"
for command in run diff "data add"; do
  # shellcheck disable=SC2086 # "data add" is two words
  mlops $command -h | sed -n 's/^  \(-[a-z], \)\?\(--[a-z-]*\).*/\2/p' | LC_ALL=C sort >"$scratch/wanted"
  [ -s "$scratch/wanted" ]
  # shellcheck disable=SC2086
  mlops completion --words -- $command - | LC_ALL=C sort >"$scratch/offered"
  LC_ALL=C comm -23 "$scratch/wanted" "$scratch/offered" >"$out"
  is_empty "$out"
done
