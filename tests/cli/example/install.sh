#!/bin/sh
# `cmake --install` puts the executable, its library, the manual and the completions in place, and what
# was installed works where nothing of the build directory is reachable by name.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

build=$(dirname "$MLOPS")
[ -f "$build/cmake_install.cmake" ] || skip "the executable under test stands in no build directory"
prefix=$scratch/prefix
cmake --install "$build" --prefix "$prefix" >"$out" 2>"$err"
mlops=$prefix/bin/mlops

[ "$("$mlops" version)" = "$("$MLOPS" version)" ]
for page in "$top"/man/*.[157]; do
  cmp "$page" "$prefix/share/man/man${page##*.}/${page##*/}"
done
for pair in bash:bash-completion/completions/mlops zsh:zsh/site-functions/_mlops \
  fish:fish/vendor_completions.d/mlops.fish; do
  "$mlops" completion "${pair%%:*}" | cmp - "$prefix/share/${pair#*:}"
done

# Tables need DuckDB, which is found beside the place of installation.
write_predictions old.csv 1
write_predictions new.csv 2
PATH=$prefix/bin:/usr/bin:/bin
expect_code 0 mlops diff old.csv new.csv --key id --label truth --prediction answer
contains "$out" "0.9000" "0.8000"
