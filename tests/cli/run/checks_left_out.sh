#!/bin/sh
# Checks of stages that were not chosen: what they say no to is not built on, and status tells of it without asking them.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mlops init >"$out"
cat >pipeline.toml <<'END2'
schema = 1
name = "p"
params = ["params.toml"]
[stage.clean]
cmd = "seq 3 | sed 1ix >clean.csv"
deps = ["raw"]
outs = ["clean.csv"]
checks = ["clean"]
[stage.mid]
cmd = "wc -l <clean.csv >mid"
deps = ["clean.csv"]
outs = ["mid"]
[stage.train]
cmd = "cat mid >model; echo ${params.n} >>model"
deps = ["mid"]
outs = ["model"]
[stage.other]
cmd = "echo x >other"
deps = ["raw"]
outs = ["other"]
END2
cat >safeguards.toml <<'END2'
schema = 1
[check.clean]
table = "clean.csv"
[[check.clean.column]]
name = "x"
type = "int"
max = 3
END2
echo n = 1 >params.toml
echo 1 >raw
expect_code 0 mlops run
expect_code 0 mlops status
contains "$out" "nothing to do"
commit one

# Other rules: nobody has asked them yet. Then a run does, and status says what they said.
sed -i 's/^max = 3/max = 2/' safeguards.toml
expect_code 0 mlops status
contains "$out" "would judge      'clean' (up to date; its checks have not judged these outs)" \
  "next: mlops run   (asks their checks, runs nothing)"
lacks "$out" "nothing to do"
expect_code 1 mlops run
expect_code 0 mlops status
contains "$out" "failed           'clean' (its outs break check 'clean': range [x]: 1 of 3 values" \
  "not started      'mid' ('clean' failed)" "not started      'train' ('mid' does not run)" "next: mlops check clean"
lacks "$out" "nothing to do" "'other'"
expect_code 0 mlops status --json
json '[i["state"] for i in j["instances"]] == ["failed", "not started", "not started", "cached"]'

# A part of the pipeline stops where the whole does: on what is read, and on what that was made of.
expect_code 1 mlops run --only mid
contains "$out" "check clean: fail (range [x]: 1 of 3 values" "clean  failed" "mid    not started ('clean' failed)"
contains "$err" "error: stage 'clean' failed: its outs break check 'clean'" "hint: mlops check clean   (shows all" \
  "hint: mlops run clean   (when mended"
expect_code 1 mlops run --no-cache=train --only train
contains "$out" "train  not started ('clean' failed)"
lacks "$out" "running"
expect_code 1 mlops run --from mid
contains "$out" "mid    not started ('clean' failed)" "train  not started ('mid' did not run)"
expect_code 1 mlops run -k --only train other --json
json_lines '[(r["instance"], r["state"], r["failure"]) for r in j if r["event"] == "end"] == [("clean", "failed", "checks"), ("train", "not started", "none"), ("other", "cached", "none")]'
for record in .git/mlops/runs/*/run.jsonl; do
  python3 -B "$tests/formats/read_run_record.py" "$record" >"$out"
done
expect_code 0 mlops run --only other
lacks "$out" "clean"
expect_code 0 mlops run -n --only train
contains "$out" "clean  would judge (not chosen, its outs are taken as they are)" "1 would be judged"

# allow_failure holds for it as in a whole run.
sed -i 's/^checks = .*/&\nallow_failure = true/' pipeline.toml
expect_code 0 mlops run --only mid
contains "$out" "mid    not started ('clean' failed)"
sed -i '/^allow_failure/d' pipeline.toml

# Mended: it is judged, and what is built on it begins.
sed -i 's/^max = 2/max = 3/' safeguards.toml
expect_code 0 mlops run --only train --no-cache=train
contains "$out" "clean  check clean: pass" "clean  judged (not chosen" "2 instances, 1 ran, 1 judged"
expect_code 0 mlops runs show
contains "$out" "1 ran, 1 judged"
for record in .git/mlops/runs/*/run.jsonl; do
  python3 -B "$tests/formats/read_run_record.py" "$record" >>"$scratch/records"
done
contains "$scratch/records" 'state="judged"'

# What was said of other outs does not count: here, of those that lay there in between.
expect_code 0 mlops run
cp clean.csv "$scratch/three"
sed -i 's/seq 3/seq 2/' pipeline.toml
expect_code 0 mlops run
sed -i 's/seq 2/seq 3/' pipeline.toml
cp "$scratch/three" clean.csv
expect_code 0 mlops status
contains "$out" "would judge      'clean'"
expect_code 0 mlops run

# Where nothing lies: brought from the store for whom it is read by, and judged; further up, said.
rm clean.csv
expect_code 0 mlops run --only mid
contains "$out" "check clean: pass" "mid    cached"
rm clean.csv
expect_code 0 mlops run --only train
contains "$err" "the checks of 'clean' are not asked: its out 'clean.csv' is not in the work tree; mlops run clean brings it"
[ ! -e clean.csv ]

# Evidence that is missing, and a name that there is not.
expect_code 0 mlops run
sed -i 's/^table = .*/table = "none.csv"/' safeguards.toml
expect_code 3 mlops run --only mid
contains "$out" "check clean: insufficient"
sed -i 's/^checks = .*/checks = ["claen"]/' pipeline.toml
expect_code 2 mlops run --only mid
error_says "safeguards.toml has no check 'claen'" "did you mean 'clean'?"
expect_code 0 mlops status
contains "$out" "cannot run" "safeguards.toml has no check 'claen'"
git checkout --quiet -- pipeline.toml safeguards.toml
expect_code 0 mlops run

# An experiment that took outs as they lay is applied without them; one of a stage with checks is judged here, too.
expect_code 0 mlops run --set n=2 --only train
contains "$out" "clean  judged"
expect_code 0 mlops runs apply @last
[ "$(tail -n 1 model)" = 2 ]
# shellcheck disable=SC2016 # the pipeline's
sed -i 's/seq 3/seq ${params.n}/; s/^n = .*/n = 3/' pipeline.toml params.toml
expect_code 0 mlops run
expect_code 0 mlops run --set n=2
expect_code 0 mlops runs apply @last
contains "$out" "check clean: pass"
[ "$(wc -l <clean.csv)" = 3 ]
