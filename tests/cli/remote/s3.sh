#!/bin/sh
# A bucket: add, push, a fresh clone and pull; keys are in no file, message or argument; what is not set up is named.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/s3_server.sh
. "$tests/support/s3_server.sh"

start_s3
new_repository ada
mkdir -p data
seq 30000 >data/rows.csv
head -c 3000000 /dev/urandom >data/noise.bin

expect_code 2 env -u AWS_ACCESS_KEY_ID mlops remote add origin s3://acme-ml/churn --endpoint "$endpoint"
error_says "there are no keys for S3" "AWS_ACCESS_KEY_ID"
expect_code 2 mlops remote add origin s3://acme-ml/churn --endpoint "http://ada:geheim@127.0.0.1"
lacks "$err" geheim
expect_code 2 mlops remote add origin s3://absent/churn --endpoint "$endpoint"
contains "$err" "NoSuchBucket"
[ ! -e .mlops/config.toml ]

expect_code 0 mlops remote add origin s3://acme-ml/churn --endpoint "$endpoint" --region us-east-1
contains "$out" "works   compare-and-swap" "added remote 'origin'"
contains .mlops/config.toml "$endpoint" us-east-1
mlops data add data
commit one
expect_code 0 mlops data push -j 3
contains "$out" "pushed 1 version to 'origin'"
expect_code 0 mlops data push
contains "$out" "nothing to push"

git clone --quiet . "$scratch/here/bob"
cd "$scratch/here/bob"
expect_code 0 mlops data pull -j 3
diff -r "$scratch/here/ada/data" data
expect_code 0 mlops data fsck
echo more >>data/rows.csv
mlops data add data
expect_code 0 mlops data push --json
json 'j["remotes"][0]["bytes"] < 250000'
cd ../ada
expect_code 0 mlops remote show
contains "$out" "2 versions"

# Nothing of the keys is anywhere.
grep -rF canary-geheim "$scratch/here" && fail "the secret is in a file"

# A server that is gone is no empty remote.
kill "$moto_pid"
echo again >>data/rows.csv
mlops data add data
timeout -s INT 3 mlops data push >"$out" 2>"$err" && fail "a push without a server"
lacks "$err" canary-geheim
lacks "$out" "nothing to push"
