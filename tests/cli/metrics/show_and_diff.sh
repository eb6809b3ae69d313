#!/bin/sh
# metrics show and diff: figures of the work tree and of git revisions, flattened; what is missing is said.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
expect_code 0 mlops metrics show
contains "$err" "no metrics"
cat >pipeline.toml <<'END'
schema = 1
[stage.fit]
matrix = { fold = [0, 1] }
cmd = "true"
metrics = ["m${matrix.fold}.json"]
[stage.sum]
cmd = "true"
metrics = ["sum.yaml", "sum.toml"]
plots = ["roc.csv"]
END
echo '{"auc": 0.5, "per_class": [{"f1": 1}, {"f1": 0.25}], "kind": "a b", "ok": true}' >m0.json
echo '{"auc": 0.75}' >m1.json
printf 'mean:\n  auc: 0.625\n' >sum.yaml
commit one && git tag v1
echo '{"auc": 0.625, "per_class": [{"f1": 1}], "kind": "a c", "extra": 3}' >m0.json
echo 'rows = 7' >sum.toml

expect_code 0 mlops metrics show
contains "$out" "m0.json	auc	0.625" "m0.json	per_class[0].f1	1" "m0.json	kind	a c" "sum.toml	rows	7" "sum.yaml	mean.auc	0.625"
is_empty "$err"
expect_code 0 mlops metrics show v1 HEAD --json
json '[v["version"] for v in j["versions"]] == ["v1", "HEAD"] and j["versions"][0]["missing"] == ["sum.toml"]'
json 'j["versions"][0]["files"]["m0.json"] == {"auc": 0.5, "kind": "a b", "ok": True,
  "per_class[0].f1": 1, "per_class[1].f1": 0.25}'
expect_code 0 mlops metrics show v1
contains "$err" "'sum.toml' is declared, but not there in 'v1'"

expect_code 0 mlops metrics diff
contains "$out" "m0.json	auc	0.5	0.625	+0.125" "per_class[1].f1	0.25		gone" "extra		3	new" "kind	a b	a c	changed"
lacks "$out" "m1.json" "per_class[0]"
expect_code 0 mlops metrics diff --json
json '{"file": "m0.json", "metric": "auc", "old": 0.5, "new": 0.625, "change": 0.125} in j["metrics"]'
json 'j["old"] == {"version": "HEAD", "missing": ["sum.toml"]} and j["new"]["missing"] == []'
json '{"file": "m0.json", "metric": "ok", "old": True, "new": None, "change": None} in j["metrics"]'
expect_code 0 mlops metrics diff --all
contains "$out" "m1.json	auc	0.75	0.75"
commit two
expect_code 0 mlops metrics diff v1 HEAD
contains "$out" "+0.125"
expect_code 0 mlops metrics diff
contains "$err" "no metric differs"
is_empty "$out"

expect_code 2 mlops metrics diff v1 v1 v1
error_says "two versions" "mlops metrics show"
expect_code 2 mlops metrics show nowhere
contains "$err" "nowhere"
echo '{"auc": ' >m1.json
expect_code 2 mlops metrics show
contains "$err" "m1.json" "work tree"

# What Python writes for figures that are none is shown, and is no number.
printf '%s\n' '{"loss": NaN, "gain": [-Infinity, "a \"NaN"], "auc": 0.5}' >m1.json
expect_code 0 mlops metrics show
contains "$out" "m1.json	loss	NaN" "gain[0]	-Infinity" 'gain[1]	a "NaN'
expect_code 0 mlops metrics diff
contains "$out" "m1.json	loss		NaN	new"
