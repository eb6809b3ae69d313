#!/bin/sh
# Every key that JSON of mlops diff has stands in mlops-diff(5), and every key there is printed by some comparison.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

# Between two revisions: code, parameters, data, metrics, two kinds of sets, a set that cannot be compared.
new_repository
cat >pipeline.toml <<'END'
schema = 1
name = "p"
params = ["params.toml"]
[stage.count]
cmd = "wc -l < data.csv | sed 's/.*/{\"rows\": &}/' > metrics.json"
deps = ["data.csv"]
params = ["plus"]
metrics = ["metrics.json"]
[predictions.classes]
path = "classes.csv"
task = "classification"
key = ["id"]
label = "y"
prediction = "a"
probabilities = { "0" = "p0", "1" = "p1" }
slices = ["ward"]
sensitive_features = ["sex"]
[predictions.numbers]
path = "numbers.csv"
task = "regression"
key = ["id"]
label = "y"
prediction = "p"
END
cat >safeguards.toml <<'END'
schema = 1
[diff]
decide = "sure"
[[diff.rule]]
metric = "accuracy"
max_drop = 0.5
slices = ["ward"]
[[diff.fairness]]
metric = "difference(accuracy)"
sensitive_feature = "sex"
max = 0.9
END
classes() {
  awk 'BEGIN { print "id,y,a,p0,p1,ward,sex"; for (i = 0; i < 200; ++i) {
    a = i % 9 ? i % 2 : 1 - i % 2
    print i "," i % 2 "," a "," (a ? "0.25,0.75" : "0.5,0.5") "," (i % 3 ? "A" : "B") "," (i == 1 ? "x" : i % 4 < 2 ? "f" : "m") } }'
}
printf 'plus = 1\n' >params.toml
printf 'id,v\n1,1\n' >data.csv
classes >classes.csv
printf 'id,y,p\n1,1,1\n2,2,2\n' >numbers.csv
mlops data add data.csv >"$out"
expect_code 0 mlops run
commit one
git tag one
printf 'plus = 2\n' >params.toml
printf 'id,v\n1,1\n2,2\n' >data.csv
awk -F, -v OFS=, 'NR > 1 && $1 < 120 && $6 == "B" { $3 = 1 - $2 } { print }' classes.csv >worse.csv && mv worse.csv classes.csv
printf 'id,y,p\n1,1,1.5\n2,2,2\n' >numbers.csv
mlops data add data.csv >"$out"
expect_code 0 mlops run
commit two

for name in sets questions; do
  code=0
  # shellcheck disable=SC2086 # words
  mlops diff one HEAD --json ${asked:-} >"$scratch/$name.json" 2>"$err" || code=$?
  [ "$code" -le 1 ] || fail "$name: exit code $code: $(cat "$err")"
  asked='--predictions classes --find-slices ward --columns sex'
done
printf 'id,y,a\n1,1,1\n2,1,0\n' >old.csv
printf 'id,y,b\n1,1,1\n2,x,0\n4,1,0\n' >new.csv
code=0
mlops diff old.csv new.csv --key id --json >"$scratch/cells.json" 2>"$err" || code=$?
[ "$code" -eq 3 ] || fail "exit code $code"

python3 - "$top/man/mlops-diff.5" "$scratch/sets.json" "$scratch/questions.json" \
  "$scratch/cells.json" >"$out" <<'END'
import json, re, sys

page, *reports = sys.argv[1:]
documented, rule, section, tag = set(), set(), "", False
for line in open(page, encoding="utf-8"):
    line = line.rstrip("\n").replace("\\-", "-")
    if line.startswith(".SH "):
        section = line[4:].strip('"')
    if tag and line.startswith(".B ") and section in ("REVISIONS, RUNS AND PREDICTIONS", "RULES", "CELL BY CELL"):
        (rule if section == "RULES" else documented).add(line[3:])
    tag = line == ".TP"
assert sum(key.endswith("rules[]") for key in documented) == 3 and len(rule) > 15, rule
# The records of rules are the same everywhere.
documented |= {f"RULE.{key}" for key in rule}
# A record or list whose own key needs no words of its own.
def above(key):
    return {key[:at] for at in (m.start() for m in re.finditer(r"\.|\[\]", key))}
implied = set().union(*map(above, documented))
maps = {key[:key.index(".*")] for key in documented if ".*" in key}

def walk(value, path, seen):
    if path.endswith("rules[]"):
        seen.add(path)
        path = "RULE"
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "*" if path in maps else key
            walk(inner, f"{path}.{name}" if path else name, seen)
    elif isinstance(value, list):
        seen.add(path + "[]")
        for inner in value:
            walk(inner, path + "[]", seen)
    if path:
        seen.add(path)

seen = set()
for report in reports:
    walk(json.load(open(report, encoding="utf-8")), "", seen)
known = documented | implied
print("not documented:", *sorted(seen - known))
print("never printed:", *sorted(documented - seen))
END
[ "$(cat "$out")" = "$(printf 'not documented:\nnever printed:')" ] || fail "$(cat "$out")"
