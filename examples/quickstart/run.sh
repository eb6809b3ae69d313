#!/bin/sh
# The main job of mlops on real data, from a fresh clone on Debian 12: installs what is missing, builds,
# versions data, runs a pipeline twice, compares the two models. Set MLOPS to use a built executable.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=${TMPDIR:-/tmp}/mlops-quickstart-$(id -u)
report=$work/report.html
log=$work/last-output

say() { printf '\n# %s\n' "$*"; }

# The words of a command as a reader would type them: quoted where the shell needs it.
typed() {
  for word; do
    case $word in
      *[!a-zA-Z0-9_./=:,+-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
}

# Prints a command, runs it, and checks its exit code.
expect() {
  wanted=$1
  shift
  printf '$%s\n' "$(typed "$@")"
  code=0
  "$@" >"$log" 2>&1 || code=$?
  cat "$log"
  if [ "$code" -ne "$wanted" ]; then
    printf 'quickstart: exit code %s instead of %s\n' "$code" "$wanted" >&2
    exit 1
  fi
}

run() { expect 0 "$@"; }

# Holds the output of the last command against a pattern.
saw() {
  if ! grep -Eq -e "$1" "$log"; then
    printf 'quickstart: the output above does not match: %s\n' "$1" >&2
    exit 1
  fi
}

if [ -z "${MLOPS:-}" ]; then
  say "install what is missing and build mlops (the first time: some minutes)"
  sh "$top/third_party/install.sh" build example
  (cd "$top" && cmake --preset release >/dev/null)
  cmake --build "$top/build/release" --target mlops
  MLOPS=$top/build/release/mlops
fi
PATH=$(dirname "$MLOPS"):$PATH
export PATH

# Nothing of the user's own settings gets into the example, and nothing of it gets out.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
GIT_CONFIG_GLOBAL=$work/gitconfig
GIT_CONFIG_NOSYSTEM=1
XDG_CONFIG_HOME=$work/config
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM XDG_CONFIG_HOME
# What lies there from the last time goes; what is not ours stays.
if [ -e "$work" ] || [ -L "$work" ]; then
  if [ -z "$(find "$work" -prune -type d -user "$(id -u)")" ] || [ ! -f "$work/made-by-quickstart" ]; then
    printf 'quickstart: %s is not what an earlier run made: move it away, or set TMPDIR\n' "$work" >&2
    exit 1
  fi
  rm -rf "$work"
fi
mkdir -m 700 "$work"
: >"$work/made-by-quickstart"
mkdir "$work/project"
printf '[user]\n  name = Ada\n  email = ada@example.org\n[init]\n  defaultBranch = main\n' \
  >"$GIT_CONFIG_GLOBAL"
cp "$here"/project/* "$work/project/"
cd "$work/project"

say "a git repository with code, and data that ships with scikit-learn"
run git init --quiet
run /usr/bin/python3 "$here/write_data.py" data
run mlops init
run mlops data add data/cancer.csv data/diabetes.csv
run git add .
run git commit --quiet -m "Code, data pointers, pipeline and safeguards"
run mlops data status
saw '^unchanged.*data/cancer.csv'

say "the first model: two features"
run mlops run pipeline.toml
saw '4 ran'
run git add .
run git commit --quiet -m "Model on two features"
run git tag model-v1
run mlops run pipeline.toml
saw '4 cached'

say "the second model: ten features; the data preparation need not run again"
run sed -i 's/^features = 2$/features = 10/' params.toml
run mlops run --dry-run --explain
saw '^train .*command changed'
run mlops run pipeline.toml
saw '^prepare +.*cached'
saw '3 ran, 1 cached'
run git add .
run git commit --quiet -m "Model on ten features"
run git tag model-v2

say "the average rose; is the new model better? (exit code 1: a safeguard says no)"
run cat metrics.json
saw '"accuracy": 0\.911972'
expect 1 mlops diff model-v1 model-v2 --intervals --format table --format "html=$report" \
  --format "json=$work/report.json"
saw 'accuracy +0\.8732 +0\.9120'
saw 'ece[^ ]* +0\.0471 +0\.0790 .*FAIL'
saw 'difference\(mean_absolute_error\).* 0\.6097 +6\.5163 .*FAIL'
cp "$log" "$work/table.txt"
run /usr/bin/python3 "$here/check_figures.py" "$work/report.json" "$work/table.txt" metrics.json
[ -s "$report" ]

say "the old data again, byte for byte"
sha256sum data/cancer.csv data/diabetes.csv >"$work/data.sha256"
run /usr/bin/python3 -c 'import pathlib; p = pathlib.Path("data/cancer.csv"); p.write_text(p.read_text().replace("17.99", "99.99"))'
run mlops data add data/cancer.csv
run git commit --quiet -m "Data with an error"
run mlops data checkout --rev model-v1
run sha256sum --check "$work/data.sha256"
run mlops data fsck
saw '^clean'

printf '\n%s\n' "quickstart: done: accuracy rose from .8732 to .9120, and mlops diff still said no (calibration, one sex); report: $report"
