#!/bin/sh
# Flags in place of the policy's tolerance and decide, intervals that are drawn where somebody asks, warnings that fail.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

awk 'BEGIN { print "id,y,pred"; for (i = 0; i < 80; ++i) print i "," i % 7 "," i % 5 }' >old.csv
awk 'BEGIN { print "id,y,pred"; for (i = 0; i < 80; ++i) print i "," i % 7 "," i % 5 + (i % 4 == 0 ? 0.01 : 0) }' >new.csv
files() { mlops diff old.csv new.csv --key id --label y --prediction pred --task regression "$@"; }

# 20 of 80 rows differ by 0.01.
changed='j["predictions"][0]["counts"]["changed"]'
expect_code 0 files --json
json "$changed == 20"
expect_code 0 files --atol 0.02 --json
json "$changed == 0"
expect_code 0 files --rtol 0.005 --atol 0 --json
json "$changed == 8"
expect_code 0 mlops diff old.csv new.csv --key id --atol 0.02 --json
json 'j["elements"]["columns"][1]["changed"] == 0'
for value in -1 x nan 1e400 ''; do
  expect_code 2 files "--atol=$value"
done
expect_code 2 files --rtol=-1
error_says "--rtol: '-1' is not a number of at least 0" "--rtol 1e-6"

# An interval of a mean is drawn, which is for rules that decide by it and for whom asks.
interval='j["predictions"][0]["metrics"]["mean_absolute_error"]["ci"]'
expect_code 0 files --json
json "${interval} is None"
expect_code 0 files --intervals --json
json "${interval}[0] < ${interval}[1]"
cp "$out" drawn.json
# The same to the byte for any order of rows and any threads.
{ head -1 new.csv && tail -n +2 new.csv | sort -t, -k2; } >sorted.csv && mv sorted.csv new.csv
expect_code 0 files --intervals --json -j 1
sed '/"sha256"/d' drawn.json >one.json
sed '/"sha256"/d' "$out" >two.json
cmp one.json two.json

cat >policy.toml <<'TOML'
schema = 1

[[diff.rule]]
metric = "mean_abs_difference"
max = 0.0024
severity = "warn"
TOML
grew='[(r["verdict"], r["effect"]) for r in j["predictions"][0]["rules"] if r["metric"] == "mean_abs_difference"]'
expect_code 0 files --policy policy.toml --json
json "$grew == [('fail', 'warn')] and j['verdict'] == 'warn'"
expect_code 1 files --policy policy.toml --fail-on-warn --json
json "j['verdict'] == 'warn'"
# Nobody can be sure of that.
expect_code 0 files --policy policy.toml --decide sure --fail-on-warn --json
json "$grew == [('pass', 'pass')]"
expect_code 1 files --policy policy.toml --decide noninferior --fail-on-warn
expect_code 2 files --decide perhaps
