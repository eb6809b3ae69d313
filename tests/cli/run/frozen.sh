#!/bin/sh
# --frozen: what the lock does not describe is named and nothing runs; what it does describe may be made
# again, and has to come out the same.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
write_pipeline
expect_code 2 mlops run --frozen
error_says "'pipeline.lock' would change" "mlops run pipeline.toml"
contains "$err" "'upper': it is not in the lock" "'count': it is not in the lock"
[ ! -e pipeline.lock ]
expect_code 0 mlops run
cp pipeline.lock "$scratch/lock"
expect_code 0 mlops run --frozen
contains "$out" "2 cached"

echo three >>data/in.txt
expect_code 2 mlops run --frozen
contains "$err" "'upper': the dep 'data/in.txt' is another one"
lacks "$err" "'count'"
cmp pipeline.lock "$scratch/lock"
printf 'one\ntwo\n' >data/in.txt
sed -i 's/wc -l/wc -c/' pipeline.toml
expect_code 2 mlops run -n --frozen
contains "$err" "'count': another command"
sed -i 's/wc -c/wc -l/' pipeline.toml

rm -r .git/mlops/store/results 2>&3 || true
expect_code 0 mlops run --frozen --no-cache
cmp pipeline.lock "$scratch/lock"

# The same inputs, another result: it does not become what the lock names.
sed -i 's/tr a-z A-Z < data.in.txt/cat data\/in.txt/; s/upper.txt"$/&/' pipeline.toml
sed -i 's|cmd = "cat data/in.txt|cmd = "date +%N; cat data/in.txt|; s|> upper.txt"|> upper.txt; date +%N >> upper.txt"|' pipeline.toml
expect_code 0 mlops run
cp pipeline.lock "$scratch/lock"
expect_code 4 mlops run --frozen --no-cache=upper
contains "$err" "the out 'upper.txt' is another one than in the lock"
cmp pipeline.lock "$scratch/lock"
