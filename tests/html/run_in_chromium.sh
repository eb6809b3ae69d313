#!/bin/sh
# Pages of `mlops runs show --html`, opened by headless Chromium as those of `mlops diff` are: a run with
# every state and hostile names, and one with more instances than a picture shows.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/html/browser.sh
. "$here/browser.sh"

git init --quiet .
cat >params.toml <<'END'
on = false
END
cat >pipeline.toml <<'END'
schema = 1
params = ["params.toml"]
[stage.fetch]
cmd = "echo 1 > raw.csv"
outs = ["raw.csv"]
cache = "always"
[stage.clean]
cmd = "cp raw.csv clean.csv"
deps = ["raw.csv"]
outs = ["clean.csv"]
[stage.train-a-model-with-a-long-name]
matrix = { model = ["linear", "<img src=x onerror=console.log(1)>", "a & b \"c\" 'd'", "xgb"] }
cmd = ["sh", "-c", "cp clean.csv \"$1\"", "sh", "${outs.m}"]
deps = ["clean.csv"]
outs = { m = "model ${matrix.model}" }
[stage.broken]
cmd = "echo out of luck >&2; exit 3"
deps = ["clean.csv"]
outs = ["b"]
allow_failure = true
[stage.report]
cmd = ["true"]
deps = ["b"]
[stage.off]
cmd = ["true"]
when = "params.on"
[stage.last]
cmd = ["true"]
after = ["clean", "off"]
END
cat >many.toml <<'END'
schema = 1
[stage.split]
cmd = "echo 1 > parts"
outs = ["parts"]
[stage.fit]
matrix = { a = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], b = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }
cmd = ["true"]
deps = ["parts"]
[stage.sum]
cmd = ["true"]
after = ["fit"]
END
"$MLOPS" run clean >/dev/null
code=0
"$MLOPS" run --keep-going >/dev/null 2>&1 || code=$?
[ "$code" -eq 0 ] || fail "the run ended with $code"
"$MLOPS" runs show --html run.html >/dev/null
"$MLOPS" run many.toml >/dev/null 2>&1
"$MLOPS" runs show --html many.html >/dev/null
if grep -q '<img' run.html; then fail "a name became markup"; fi
grep -q '100 instances' many.html || fail "the picture of many does not show stages"

judge_pages run many
echo "the pages are fine at 400 and 1200 pixels, light and dark"
