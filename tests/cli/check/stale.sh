#!/bin/sh
# A table that a stage makes, and that is not what the files beside it would make, is no evidence: exit code 3,
# as in diff. Of a revision, too; of a run, whose outs are its own, never.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
printf 'seq 3 | sed 1ix >clean.csv\n' >clean.sh
cat >pipeline.toml <<'END2'
schema = 1
name = "p"
[stage.clean]
cmd = ["sh", "clean.sh"]
deps = ["clean.sh"]
outs = ["clean.csv"]
END2
cat >safeguards.toml <<'END2'
schema = 1
[check.c]
table = "clean.csv"
[[check.c.column]]
name = "x"
type = "int"
max = 3
END2
expect_code 0 mlops run
commit one && git tag v1
expect_code 0 mlops check
expect_code 0 mlops check v1:clean.csv --use c
lacks "$out" stale
echo '# another' >>clean.sh
expect_code 3 mlops check
contains "$out" "INSUFFICIENT  c" "stale_table" "'clean.csv' of 'the work tree'" "another 'clean.sh'" "mlops run"
expect_code 3 mlops check clean.csv --use c
expect_code 3 mlops check --json
json '[r["effect"] for r in j["checks"][0]["rules"] if r["rule"] == "stale_table"] == ["insufficient"]'
rm clean.csv
expect_code 3 mlops check # what the lock names is as stale
commit two && git tag v2
expect_code 3 mlops check v2:clean.csv --use c
contains "$out" "of 'v2'"
expect_code 0 mlops check @last:clean.csv --use c
expect_code 0 mlops run
expect_code 0 mlops check
