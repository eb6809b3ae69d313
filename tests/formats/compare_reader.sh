#!/bin/sh
# The second reader prints for the frozen store what it printed when that was made; of the wide
# directory, whose files are all alike, only their number is kept.
# usage: compare_reader.sh PYTHON
set -eu
here=$(dirname "$0")
"$1" "$here/read_store.py" "$here/v1/store" |
  awk '/ \.\/wide\// { wide++; next } { print } END { print wide, "files in wide" }' |
  diff "$here/v1/expected.txt" -
"$1" "$here/read_store.py" --vectors | diff "$here/v1/vectors.txt" -
