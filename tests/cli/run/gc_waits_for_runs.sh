#!/bin/sh
# While a run is at work gc removes nothing from its store: what the run found there is not named yet.
# case 61
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 1 >lost
mlops data add lost
rm lost lost.mlops && git rm --cached --quiet lost.mlops
cat >pipeline.toml <<END
schema = 1
name = "cleaner"
[stage.clean]
cmd = "code=0; '$MLOPS' data gc 2> said.txt || code=\$?; echo \$code > code.txt"
outs = ["code.txt", "said.txt"]
END
commit one
mlops run
[ "$(cat code.txt)" = 7 ]
contains said.txt "is in use by another process" "mlops run"
expect_code 0 mlops data gc
contains "$out" "removed  'lost': 1 version"
