#!/bin/sh
# Checks that a stage names judge its outs: those that break a rule stay, what depends on them is not started, and the
# exit code is 1.
# change checks
# A changed rule reruns nothing and is judged anew, on what came from the cache, too.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
cat >pipeline.toml <<'END2'
schema = 1
name = "p"
[stage.clean]
cmd = "seq 3 | sed 1ix >data/clean.csv; echo ran >>/dev/stderr"
deps = ["raw"]
outs = ["data/clean.csv"]
checks = ["clean", "size"]
[stage.train]
cmd = "wc -l <data/clean.csv >model"
deps = ["data/clean.csv"]
outs = ["model"]
[stage.other]
cmd = "echo x >other"
deps = ["raw"]
outs = ["other"]
END2
cat >safeguards.toml <<'END2'
schema = 1
[check.clean]
table = "data/*.csv"
[[check.clean.column]]
name = "x"
type = "int"
max = 3
[check.size]
table = "data/clean.csv"
[[check.size.rule]]
kind = "rows"
min = 1
END2
mkdir data
echo 1 >raw
expect_code 0 mlops run
contains "$out" "check clean: pass (2 rules pass)" "check size: pass (1 rule passes)"
expect_code 0 mlops runs show --json
json '[c["verdict"] for i in j["instances"] for c in i["checks"]] == ["pass", "pass"]'

# All is as it should be, and judged all the same: no memory of an earlier run stands in for a check.
expect_code 0 mlops run
contains "$out" "check clean: pass" "check size: pass"
expect_code 0 mlops run
contains "$out" "check clean: pass" "check size: pass"

# A stricter rule: the stage is not run again, its outs stay, a dependant is not started even where it is cached.
sed -i 's/^max = 3/max = 2/' safeguards.toml
expect_code 1 mlops run
contains "$out" "check clean: fail (range [x]: 1 of 3 values; row 3 '#')" "check size: pass" "clean  failed" \
  "not started ('clean' failed)"
lacks "$out" "running"
contains "$err" "its outs break check 'clean'" "hint: mlops check clean size"
[ "$(wc -l <data/clean.csv)" = 4 ]
expect_code 1 mlops run -k --json
json_lines '[r["failure"] for r in j if r.get("instance") == "clean" and r["event"] == "end"] == ["checks"]'
json_lines '[c["verdict"] for r in j if r.get("instance") == "clean" and r["event"] == "end" for c in r["checks"]] == ["fail", "pass"]'
json_lines 'any(r.get("instance") == "other" and r["state"] == "cached" for r in j if r["event"] == "end")'
expect_code 0 mlops runs show
contains "$out" "failed (checks)" "clean: check clean: fail (range [x]: 1 of 3 values"
expect_code 0 mlops runs show --json
json '[len(i["outs"]) for i in j["instances"] if i["instance"] == "clean"] == [1] and j["worst"] == "checks"'
for record in .git/mlops/runs/*/*.jsonl; do
  python3 -B "$tests/formats/read_run_record.py" "$record" >"$out"
done

# Of outs that a run just made: the new ones are kept and cached, whatever the check says.
sed -i 's/seq 3/seq 4/' pipeline.toml
expect_code 1 mlops run
contains "$out" "running" "2 of 4 values"
[ "$(wc -l <data/clean.csv)" = 5 ]
rm data/clean.csv
expect_code 1 mlops run
lacks "$out" "running"
[ "$(wc -l <data/clean.csv)" = 5 ]
sed -i 's/^max = 2/max = 4/' safeguards.toml
expect_code 0 mlops run
contains "$out" "clean  cached" "train  running"

# A dry run judges nothing; an experiment is judged where it runs.
sed -i 's/^max = 4/max = 3/' safeguards.toml
expect_code 0 mlops run -n
lacks "$out" "check clean"
printf 'n = 4\n' >params.toml
sed -i 's/^name = .*/&\nparams = ["params.toml"]/; s/seq 4/seq ${params.n}/' pipeline.toml
commit one
expect_code 0 mlops run --set n=2 clean
contains "$out" "check clean: pass"
[ "$(wc -l <data/clean.csv)" = 5 ]
expect_code 1 mlops run --set n=5 clean
expect_code 1 mlops run --isolated

# Evidence that is missing.
sed -i 's|^table = "data/clean.csv"|table = "data/none.csv"|; s/^max = 3/max = 9/' safeguards.toml
expect_code 3 mlops run
contains "$out" "check size: insufficient" "there is no table 'data/none.csv'" "clean  failed"

# Names are looked at before anything runs.
sed -i 's/"size"\]/"siez"]/' pipeline.toml
echo 2 >raw
expect_code 2 mlops run
error_says "pipeline.toml:8: stage.clean.checks: safeguards.toml has no check 'siez'" "did you mean 'size'?"
expect_code 2 mlops pipeline validate
error_says "has no check 'siez'" "did you mean 'size'?"
expect_code 0 mlops run other
rm safeguards.toml
expect_code 2 mlops run
error_says "there is no safeguards.toml with [check.clean]" "man mlops-safeguards"
