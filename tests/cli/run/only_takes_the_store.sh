#!/bin/sh
# --only takes inputs from the work tree or, where nothing lies there, as the lock names them.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 2 mlops run --only count
error_says "'upper.txt' does not exist" "mlops run upper"
expect_code 0 mlops run
rm upper.txt count.txt
sed -i 's/wc -l/wc -c/' pipeline.toml
expect_code 0 mlops run -n --only count
contains "$out" "count  would run"
[ ! -e upper.txt ]
expect_code 0 mlops run --only count
contains "$out" "1 instance, 1 ran"
[ "$(cat count.txt)" = 8 ]
[ "$(cat upper.txt)" = "ONE
TWO" ]
