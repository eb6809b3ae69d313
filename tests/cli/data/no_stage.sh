#!/bin/sh
# --no-stage, data.stage and MLOPS_DATA_STAGE leave the index alone.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
for name in a b c; do echo "$name" >"$name"; done
expect_code 0 mlops data add --no-stage a
lacks "$out" "next: git commit"
mlops config data.stage false
expect_code 0 mlops data add b
mlops config --unset data.stage
MLOPS_DATA_STAGE=false expect_code 0 mlops data add c
git diff --cached --name-only >"$out"
is_empty "$out"
[ -f a.mlops ]
[ -f b.mlops ]
[ -f c.mlops ]
