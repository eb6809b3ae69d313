#!/bin/sh
# What a stage makes is no data set: add names the stage. A pipeline that cannot be read refuses nothing.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
sed -i 's,upper.txt,made/upper.txt,g' pipeline.toml
mkdir made
echo mine >made/upper.txt
expect_code 2 mlops data add made/upper.txt
error_says "'made/upper.txt' is an out of the stage 'upper'" "mlops run upper"
expect_code 2 mlops data add made
contains "$err" "'made' is above the out 'made/upper.txt'"
[ ! -e made/upper.txt.mlops ]
[ ! -e made.mlops ]
expect_code 0 mlops data add data/in.txt
echo '<<<<' >>pipeline.toml
expect_code 0 mlops data add made
