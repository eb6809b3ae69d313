#!/bin/sh
# Tables fit 80 and 200 columns on a terminal; elsewhere they are tabs and whole values.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
long=$(printf 'x%.0s' $(seq 120))
mkdir d
echo 1 >"d/$long"
mlops data add "d/$long"
expect_code 0 mlops data status
contains "$out" "unchanged	d/$long	1	2 B"
for width in 80 200; do
  script -qec "stty cols $width; TERM=dumb mlops data status" /dev/null | tr -d '\r' >"$out"
  contains "$out" "state" "data set" "unchanged"
  [ "$(wc -L <"$out")" -le "$width" ]
done
contains "$out" "$long"
COLUMNS=80 expect_code 0 mlops data status
contains "$out" "state      data set" "…"
