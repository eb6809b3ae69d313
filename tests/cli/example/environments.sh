#!/bin/sh
# The examples of environments that need no engine run from a copy of theirs, and are up to date afterwards.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# example NAME: its files in a new repository; we stand in it.
example() {
  new_repository "$1"
  cp -r "$top/examples/$1/." .
  commit "the example"
}

ran_and_is_cached() {
  expect_code 0 mlops run
  lacks "$out" "cached"
  commit "its results"
  expect_code 0 mlops run
  lacks "$out" " ran "
  [ -z "$(git status --porcelain)" ] || fail "files of the example are not ignored: $(git status --porcelain)"
}

example shell
ran_and_is_cached
[ "$(cat summary.json)" = '{"rows": 3, "mean": 2.0000}' ]
cd ..

if /usr/bin/python3 -c 'import ensurepip' 2>"$err"; then
  example venv
  ran_and_is_cached
  [ "$(cat counts.json)" = '{"apple": 2, "fig": 1, "pear": 3}' ]
  cd ..
else
  [ -z "${ON_CI:-}" ] || fail "python3-venv is not installed: sh third_party/install.sh test"
fi

# As conda leaves a prefix: a record of each package, programs, and what is to be set.
example conda
mkdir -p env/bin env/conda-meta
echo '{"name": "greet", "version": "1.0", "build": "0", "md5": "00"}' >env/conda-meta/greet-1.0-0.json
echo '{"env_vars": {"GREETING": "hello"}}' >env/conda-meta/state
# shellcheck disable=SC2016 # the program's own
printf '#!/bin/sh\necho "$GREETING from $CONDA_DEFAULT_ENV"\n' >env/bin/greet
chmod +x env/bin/greet
ran_and_is_cached
[ "$(cat greeting.txt)" = "hello from env" ]
