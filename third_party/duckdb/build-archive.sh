#!/bin/sh
# Builds DuckDB's archive from a verified source package, or takes it from the user's cache.
#
#   build-archive.sh SOURCE.tgz SHA256 COMPILER OUTPUT.a
#
# The cache key holds everything that decides the bytes: sources, recipe, compiler. An interrupted
# build goes on where it stopped.
set -eu

source_archive=$1
source_digest=$2
compiler=$3
output=$4
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mlops/third_party

digest_of() {
  sha256sum -- "$1" | cut -d' ' -f1
}

key=$({
  echo "$source_digest"
  "$compiler" --version | head -n 1
  uname -m
  cat "$here/archive/CMakeLists.txt" "$here/build-archive.sh"
} | sha256sum | cut -d' ' -f1)
archive=$cache/duckdb-$key.a
work=$cache/duckdb-$key.work

is_good() {
  [ -f "$archive" ] && [ -f "$archive.sha256" ] && [ "$(cat "$archive.sha256")" = "$(digest_of "$archive")" ]
}

# DuckDB brings its own mbedtls, of another version than the one that libgit2's archive wants, and
# both are unmangled C: every such symbol of DuckDB gets a prefix, so that each keeps its own.
rename_private_symbols() {
  nm --defined-only "$1" |
    awk 'NF == 3 && $2 ~ /[TDBRVW]/ { print $3 }' |
    grep -vE '^_Z|^duckdb_|^DW' | sort -u |
    awk '{ print $1 " duckpriv_" $1 }' >"$work/renames"
  objcopy --redefine-syms="$work/renames" "$1" "$2"
}

mkdir -p "$cache"
exec 9>"$cache/duckdb-$key.lock"
flock 9
if ! is_good; then
  mkdir -p "$work/source"
  if [ ! -f "$work/unpacked" ]; then
    tar -xzf "$source_archive" -C "$work/source" --strip-components=1
    : >"$work/unpacked"
  fi
  cmake -S "$here/archive" -B "$work/build" -G Ninja -DDUCKDB_SOURCE="$work/source" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS_RELEASE=-O2 -DCMAKE_C_FLAGS_RELEASE=-O2 \
    -DCMAKE_BUILD_TYPE=Release >"$work/configure.log"
  cmake --build "$work/build"
  rename_private_symbols "$work/build/libduckdb_static.a" "$work/libduckdb.a"
  digest_of "$work/libduckdb.a" >"$archive.sha256"
  mv -f "$work/libduckdb.a" "$archive"
  rm -rf "$work"
fi
cp -f "$archive" "$output"
