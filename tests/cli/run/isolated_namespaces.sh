#!/bin/sh
# With namespaces a stage sees the work tree's own path, only its deps there, read-only, by whatever name
# it asks; CI asks for it by itself.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

unshare -m true 2>&3 || unshare -rm true 2>&3 || skip "this machine allows no namespaces"
new_repository
mkdir -p data deep/work
echo in >data/in.txt
echo secret >other.txt
cat >pipeline.toml <<EOF
schema = 1
name = "isolated"
[stage.look]
cmd = """
pwd > out/where.txt
ls -A .. ../.. > out/seen.txt
test ! -e '$PWD/other.txt'
test ! -e '$PWD/.git'
if echo more >> ../../data/in.txt; then exit 3; fi
if touch ../../data/new; then exit 3; fi
test -s "\$MLOPS_PARAMS"
cat ../../data/in.txt > out/copy.txt
"""
workdir = "deep/work"
deps = ["data"]
outs = ["deep/work/out"]
EOF
sed -i 's|^pwd > out|mkdir out; pwd > out|' pipeline.toml
expect_code 0 env CI=true mlops run
[ "$(cat deep/work/out/where.txt)" = "$PWD/deep/work" ]
[ "$(cat deep/work/out/copy.txt)" = in ]
lacks deep/work/out/seen.txt other.txt pipeline.toml
[ "$(cat data/in.txt)" = in ]
[ ! -e data/new ]
expect_code 4 env CI=true mlops run --no-cache --no-isolated
[ "$(cat deep/work/out/copy.txt)" = in ]
git checkout --quiet -- data 2>&3 || echo in >data/in.txt
rm -f data/new
expect_code 4 env CI=false mlops run --no-cache
