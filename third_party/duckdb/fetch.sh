#!/bin/sh
# Prints the path of one npm package's archive, fetched once and verified on every use.
#
#   fetch.sh PACKAGE VERSION SHA256
#
# The archive lives under its own digest in the user's cache, so a digest names one file for ever
# and no other copy is ever believed.
set -eu

package=$1
version=$2
digest=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mlops/third_party
archive=$cache/$digest.tgz

digest_of() {
  sha256sum -- "$1" | cut -d' ' -f1
}

if [ -f "$archive" ]; then
  if [ "$(digest_of "$archive")" = "$digest" ]; then
    echo "$archive"
    exit 0
  fi
  echo "fetch.sh: note: '$archive' is damaged and is fetched again" >&2
fi

command -v npm >/dev/null 2>&1 || sh "$here/../install.sh" build >&2
mkdir -p "$cache"
work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
# `npm pack` only downloads: no install script of the package is run.
if ! (cd "$work" && npm pack --silent --ignore-scripts "$package@$version") >"$work/log" 2>&1; then
  sed 's/^/npm: /' "$work/log" >&2
  echo "fetch.sh: error: npm cannot fetch '$package@$version'" >&2
  echo "hint: is the npm registry reachable? Try: npm pack $package@$version" >&2
  exit 5
fi
set -- "$work"/*.tgz
got=$(digest_of "$1")
if [ "$got" != "$digest" ]; then
  echo "fetch.sh: error: '$package@$version' is not the archive that is pinned here" >&2
  echo "  expected sha256 $digest" >&2
  echo "  got      sha256 $got" >&2
  exit 6
fi
mv -f -- "$1" "$archive"
echo "$archive"
