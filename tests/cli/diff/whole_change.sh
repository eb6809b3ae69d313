#!/bin/sh
# What two versions differ in, in the order code, params, data, metrics, predictions; parts of it; as people, scripts
# and pull requests read it. Nothing is checked out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >pipeline.toml <<'END2'
schema = 1
name = "p"
params = ["params.toml"]
[stage.predict]
cmd = "sed s/PLUS/${params.plus}/ data.csv > out.csv && echo '{\"rows\": 2, \"kind\": \"${params.kind}\"}' > metrics.json"
deps = ["data.csv", "code.sh"]
outs = ["out.csv"]
metrics = ["metrics.json"]
[predictions.out]
path = "out.csv"
task = "regression"
key = ["id"]
label = "y"
prediction = "p"
END2
printf 'plus = 1\nkind = "a"\nsame = [1, 2]\n' >params.toml
printf 'id,y,p\n1,1,PLUS\n2,2,2\n' >data.csv
printf 'one\n' >code.sh
printf 'gone\n' >gone.sh
mlops data add data.csv >"$out"
expect_code 0 mlops run
commit "First, with <b> & 'quotes'"
git tag one

printf 'plus = 3\nkind = "b"\nsame = [1, 2]\nmore = true\n' >params.toml
printf 'id,y,p\n1,1,PLUS\n2,2,2\n3,3,3\n' >data.csv
printf 'two\n' >code.sh
git rm --quiet gone.sh
hostile=$(printf 'new\033[31m.sh')
printf 'x\n' >"$hostile"
mlops data add data.csv >"$out"
expect_code 0 mlops run
commit "Second"
git tag two
rm -rf out.csv data.csv

# The row that the new table has alone is left out, and judged.
expect_code 3 mlops diff one two
contains "$out" "1 of 3 keys stand on one side only, such as '3'; --common compares the other 2"
expect_code 1 mlops diff one two --common
[ "$(grep -n -E '^(code|params|data|metrics|FAIL)' "$out" | cut -d: -f2 | cut -d' ' -f1 | tr '\n' ' ')" = "code params data metrics FAIL " ]
contains "$out" "code     1 commit, 5 files" "Second" "D  gone.sh" "M  code.sh" 'A  new\x1b[31m.sh' "params   3 differ" \
  "kind  a    b     changed" "more       true  new" "plus  1    3     +2" "data.csv      +0 -0 ~1" "kind  a    b    changed"
lacks "$out" "data.csv.mlops" "pipeline.lock" "M  metrics.json  metrics" "same"
lacks "$out" "$(printf '\033')"
[ ! -e data.csv ]

# The other way round, and the work tree with what is not committed.
expect_code 0 mlops diff two one --only code
contains "$out" "code     0 commits, 5 files" "A  gone.sh"
git checkout --quiet -- .
mlops data checkout >"$out"
printf 'three\n' >code.sh
printf 'plus = 4\n' >params.toml
expect_code 0 mlops diff --only code --only params
contains "$out" "code     0 commits, 2 files" "M  code.sh" "M  params.toml" "plus     3     4    +1"
git checkout --quiet -- .
expect_code 0 mlops diff --only code --only params --only data --only metrics
[ "$(grep -c 'no difference' "$out")" -eq 4 ]

# A file that a commit changed and the work tree has back as it was.
printf 'one\n' >code.sh
expect_code 0 mlops diff one --only code
lacks "$out" "code.sh"
git checkout --quiet -- .

# A mode is a change, and what a lock says hides nothing.
git checkout --quiet -b modes
chmod +x code.sh
sed 's/"out.csv"/"code.sh"/' pipeline.lock >lock && mv lock pipeline.lock
commit "Executable"
git checkout --quiet -f modes
expect_code 0 mlops diff HEAD~1 HEAD --only code
contains "$out" "1 commit, 1 file" "M  code.sh"
git checkout --quiet -f main

# Parts judge nothing, so rules cannot be shown.
expect_code 2 mlops diff one two --only params --format junit
error_says "--format junit shows rules" "--only predictions"
expect_code 2 mlops diff one two --only parms
contains "$err" "parms"
expect_code 2 mlops diff one two --only params --predictions out
expect_code 2 mlops diff out.csv out.csv --key id --prediction p --only params
expect_code 1 mlops diff one two --only predictions --common
lacks "$out" "params   "

expect_code 1 mlops diff one two --common --json
json 'j["code"]["commits"][0]["subject"] == "Second" and [f["path"] for f in j["code"]["files"]][0] == "code.sh"'
json '[f["path"] for f in j["code"]["files"]] == ["code.sh", "gone.sh", "metrics.json", "new\x1b[31m.sh", "params.toml"]'
json '[(p["name"], p["old"], p["new"]) for p in j["params"]] == [("kind", "a", "b"), ("more", None, True), ("plus", 1, 3)]'
json '[d["path"] for d in j["data"]] == ["data.csv", "metrics.json", "out.csv"] and j["problems"] == []'
json 'j["metrics"][0]["file"] == "metrics.json" and len(j["predictions"]) == 1'
expect_code 0 mlops diff one two --only metrics --json
json 'j["code"] is None and j["verdict"] == "skipped" and j["predictions"] == []'

expect_code 1 mlops diff one two --common --format md
contains "$out" "<summary>params: 3 differ</summary>" "<summary>code: 1 commit, 5 files</summary>"
expect_code 1 mlops diff one two --common --format html="$scratch/page.html"
contains "$scratch/page.html" "<h2>What changed</h2>" "<h3>params</h3>" 'new\x1b[31m.sh'

# A part that is broken in one version says so and hides no other.
git checkout --quiet -b broken one
printf 'plus = \n' >params.toml
commit "Broken"
git checkout --quiet main
expect_code 0 mlops diff broken two --only code --only params
contains "$out" "code     1 commit, " "note: params: " "params.toml"

# An experiment is known by what it was told.
expect_code 0 mlops run --set plus=7
expect_code 0 mlops diff HEAD @last --only params
contains "$out" "plus  3    7    +4"
printf 'plus = 8\n' >other.toml
expect_code 0 mlops run --params other.toml
expect_code 0 mlops diff HEAD @last --only params --only data
contains "$out" "ran on uncommitted changes or with --params" "mlops runs diff compares what runs made"
expect_code 2 mlops diff nowhere two --only code
