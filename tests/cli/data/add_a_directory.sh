#!/bin/sh
# A directory is one data set; a second add stores only what is new.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data/images/cats
head -c 100000 /dev/zero | tr '\0' a >data/images/big
echo 1 >data/images/cats/1.txt
mlops data add data/images
echo 2 >data/images/cats/2.txt
expect_code 0 mlops data status
contains "$out" "modified	data/images"
contains "$err" "next: mlops data add <path>"
expect_code 0 mlops data add data/images --json
json 'j["data_sets"][0]["files"] == 3 and j["new_bytes"] < 2000 and j["data_sets"][0]["changed"]'
expect_code 0 mlops data ls
equals "$out" "100000	data/images/big
2	data/images/cats/1.txt
2	data/images/cats/2.txt"
