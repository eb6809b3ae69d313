#!/bin/sh
# Builds the one file that users copy and proves that it needs nothing: no shared library, no file.
#
#   sh tests/static.sh       the first build takes DuckDB's 16 minutes on two cores; needs root (chroot)
set -eu

cd "$(dirname -- "$0")/.."
sh third_party/install.sh build
cmake --preset static
cmake --build --preset static
mlops=build/static/mlops

fail() {
  echo "static.sh: error: $*" >&2
  exit 1
}

libraries=$(ldd "$mlops" 2>&1) && fail "ldd finds libraries: $libraries"
case $libraries in
  *'not a dynamic executable'*) ;;
  *) fail "ldd says: $libraries" ;;
esac

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 130' INT TERM HUP
cp "$mlops" "$root/mlops"
mkdir "$root/tmp"
inside() {
  chroot "$root" /mlops "$@"
}

inside version || fail "'mlops version' fails in an empty root directory"

# One prediction of three changes; DuckDB reads the rows, and there is no /proc to help it.
printf 'id,label,prediction\n1,0,0\n2,1,1\n3,1,1\n' >"$root/old.csv"
printf 'id,label,prediction\n1,0,0\n2,1,0\n3,1,1\n' >"$root/new.csv"
inside diff /old.csv /new.csv --key id --label label --prediction prediction --json >"$root/diff.json" ||
  fail "'mlops diff' fails in an empty root directory"
grep -Eq '"changed": *1([^0-9]|$)' "$root/diff.json" || {
  cat "$root/diff.json" >&2
  fail "'mlops diff' does not see the changed row"
}

size=$(stat -c %s "$mlops")
echo "static: $mlops, $((size / 1048576)) MiB, no shared library, works in an empty root directory"
