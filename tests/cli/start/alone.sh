#!/bin/sh
# mlops alone says where the user stands and what to type next, as mlops status does.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

expect_code 0 mlops
contains "$out" "not in a git repository" "next: git init && mlops init"

new_repository
expect_code 0 mlops
contains "$out" "next: mlops init"
mlops init
expect_code 0 mlops
contains "$out" "next: mlops data add <path>"
echo 1 >a.csv
mlops data add a.csv
expect_code 0 mlops
contains "$out" "nothing to do: data is up to date" "next: write pipeline.toml"

# A pipeline needs no data set.
new_repository pipeline-only
printf 'schema = 1\nname = "x"\n[stage.a]\ncmd = "date > now"\nouts = ["now"]\n' >pipeline.toml
expect_code 0 mlops
contains "$out" "next: mlops run"
lacks "$out" "data add"

# A clone without the bytes needs these first.
cd "$scratch/here/repository"
commit one
git clone --quiet . "$scratch/here/clone"
cd "$scratch/here/clone"
expect_code 0 mlops
contains "$out" "next: mlops config store.path <store>"
lacks "$out" "pipeline.toml"
