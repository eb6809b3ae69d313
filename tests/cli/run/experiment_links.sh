#!/bin/sh
# A link that leads into the work tree by its absolute path leads into the experiment's own tree: the user's files
# stay as they are.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir real
echo keep >real/kept.txt
ln -s "$PWD/real" link
printf 'lr = 1\n' >params.toml
cat >pipeline.toml <<'END2'
schema = 1
name = "links"
params = ["params.toml"]
[stage.s]
cmd = "echo ${params.lr} > link/kept.txt && cat real/kept.txt > out.txt"
outs = ["out.txt"]
END2
commit one
expect_code 0 mlops run --set lr=77 --run-id other
contains real/kept.txt keep
[ -z "$(git status --porcelain --untracked-files=no)" ]
