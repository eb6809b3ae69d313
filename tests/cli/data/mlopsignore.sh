#!/bin/sh
# What .mlopsignore files name is no data: for add, status, diff, checkout, rm, mv and the hash of a dep.
# case 18
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/raw/run data/img
echo 1 >data/raw/a.csv
echo x >data/raw/a.tmp
echo y >data/raw/run/log
echo z >"data/raw/$(printf 'esc\033[31m').tmp"
printf '# scratch\n*.tmp\nrun/\n' >.mlopsignore
expect_code 0 mlops data add data/raw
contains "$out" "added  'data/raw': 1 file, " ", 3 ignored"
git add .mlopsignore
commit one
expect_code 0 mlops data ls data/raw
contains "$out" "a.csv"
lacks "$out" "tmp" "log"

# Nearer files overrule, git's own are not asked.
printf '!log\n!run/\n' >data/raw/.mlopsignore
echo '*' >data/raw/run/.notours
expect_code 0 mlops data status --files
contains "$out" "modified	data/raw" "  new       data/raw/run/log" "  new       data/raw/.mlopsignore"
lacks "$out" "a.tmp"
expect_code 0 mlops data add --json data/raw
json 'j["data_sets"][0]["files"] == 4 and j["data_sets"][0]["ignored"] == 2'
commit two

# Another version comes and goes; what is ignored stays as it is.
git checkout --quiet HEAD~
expect_code 0 mlops data checkout
[ "$(cat data/raw/a.tmp)" = x ]
[ ! -e data/raw/.mlopsignore ]
expect_code 0 mlops data status
contains "$out" "unchanged	data/raw"
git checkout --quiet main
mlops data checkout
expect_code 0 mlops data diff HEAD~
lacks "$out" "a.tmp"

# What the version has stays tracked.
printf '*\n' >.mlopsignore
expect_code 0 mlops data status
contains "$out" "unchanged	data/raw"
expect_code 0 mlops data add data/raw
contains "$out" "unchanged  'data/raw': 4 files"

# What is ignored becomes no data set; a pattern passes it over.
printf '*.tmp\n/data/img/\n' >.mlopsignore
echo i >data/img/i
expect_code 2 mlops data add data/img
error_says "'data/img' is ignored" "change line 2 of '.mlopsignore'"
contains "$err" ".mlopsignore:2: /data/img/"
expect_code 2 mlops data add 'data/i*'
error_says "nothing matches 'data/i*'" "ls -A"

# A link could hide what it points to.
mv .mlopsignore rules
ln -s rules .mlopsignore
expect_code 0 mlops data status
contains "$err" "'data/raw': '.mlopsignore' is no regular file"
expect_code 2 mlops data add data/raw
error_says "'.mlopsignore' is no regular file" "move it elsewhere"
expect_code 2 mlops data checkout
rm .mlopsignore
mv rules .mlopsignore

# The hash of a dep does not depend on it.
mkdir src
echo 1 >src/code
printf 'schema = 1\nname = "x"\n[stage.s]\ncmd = "cat src/code > o"\ndeps = ["src"]\nouts = ["o"]\n' >pipeline.toml
expect_code 0 mlops run
echo 2 >src/x.tmp
expect_code 0 mlops run -n
contains "$out" "up to date"

expect_code 0 mlops data mv data/raw moved
[ -e moved/a.tmp ]
commit moved
expect_code 0 mlops data rm moved
[ "$(find moved -name '*.tmp' | wc -l)" -eq 2 ]
[ ! -e moved/a.csv ]

# Outs are stored whole.
printf 'schema = 1\nname = "x"\n[stage.s]\ncmd = "mkdir o && cp src/code o/x.tmp"\ndeps = ["src"]\nouts = ["o"]\n' \
  >pipeline.toml
rm -f o
expect_code 0 mlops run
rm -r o
expect_code 0 mlops run
[ "$(cat o/x.tmp)" = 1 ]
expect_code 0 mlops run -n
contains "$out" "up to date"
