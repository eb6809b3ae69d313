#!/bin/sh
# --help opens the manual page on a terminal and prints the screen elsewhere.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops data add --help
contains "$out" "usage: mlops data add <path>..."
expect_code 0 mlops --help
contains "$out" "data checkout"

mkdir -p "$scratch/prefix/bin" "$scratch/prefix/share/man/man1"
cp -l "$MLOPS" "$scratch/prefix/bin/mlops" 2>"$err" || cp "$MLOPS" "$scratch/prefix/bin/mlops"
cp "$top/man/mlops-data-add.1" "$scratch/prefix/share/man/man1/"
expect_code 0 script -qec "MANPAGER=cat TERM=xterm '$scratch/prefix/bin/mlops' data add --help" /dev/null
contains "$out" "MLOPS-DATA-ADD(1)"
