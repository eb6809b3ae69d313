#!/bin/sh
# status tells the state of data and pipeline and the next command, for people and scripts.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops status
contains "$out" "next: mlops data add <path>, or write pipeline.toml"

write_pipeline
mlops data add data/in.txt
expect_code 0 mlops status
contains "$out" "would run        'upper'" "next: mlops run"
expect_code 0 mlops status --json
json 'j["data_sets"] == [{"path": "data/in.txt", "state": "unchanged"}]'
json '[(i["instance"], i["state"]) for i in j["instances"]] == [("upper", "would run"), ("count", "would run")]'
mlops run
expect_code 0 mlops status
contains "$out" "nothing to do"
echo three >>data/in.txt
expect_code 0 mlops status
contains "$out" "modified         'data/in.txt'" "next: mlops data add <path>"
rm data/in.txt
expect_code 0 mlops status
contains "$out" "missing          'data/in.txt'" "next: mlops data checkout"
