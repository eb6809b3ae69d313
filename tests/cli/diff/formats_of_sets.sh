#!/bin/sh
# A prediction set's table may have any format, in git as in the work tree; texts of digits are numbers in all of them.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
expect_code 1 mlops diff v1 v2 --format json
json 'j["predictions"][0]["metrics"]["accuracy"]["new"] == 0.7'
python3 - <<'END'
import csv, gzip, json
with gzip.open("answers.jsonl.gz", "wt") as out:
    for row in csv.DictReader(open("answers.csv")):
        print(json.dumps(row), file=out)
END
sed -i 's/answers\.csv/answers.jsonl.gz/' pipeline.toml
commit 'as JSON Lines'
expect_code 0 mlops diff HEAD --format json
json 'j["predictions"][0]["counts"] == {**j["predictions"][0]["counts"], "matched": 10, "changed": 0}'
json 'j["predictions"][0]["metrics"]["accuracy"]["old"] == 0.7'
sed -i 's/answers\.jsonl\.gz/answers.json/' pipeline.toml
mv answers.jsonl.gz answers.json
commit 'a name that says nothing'
expect_code 2 mlops diff HEAD
error_says "'HEAD:answers.json' is no table that can be read" ".jsonl"
