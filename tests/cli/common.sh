# shellcheck shell=sh
# Sourced first by every script here: a cleared environment, an empty directory to stand in, and the few
# words that the scripts share. The failing command is named through the shell's own trace.

: "${MLOPS:?is the executable under test: run this through ctest, or set it}"

if [ -z "${CLI_CLEARED:-}" ]; then
  exec env -i CLI_CLEARED=yes MLOPS="$MLOPS" ACCEPT="${MLOPS_TEST_ACCEPT:-}" TMPDIR="${TMPDIR:-/tmp}" \
    HOST_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}" ON_CI="${CI:-}" \
    ASAN_OPTIONS="${ASAN_OPTIONS:-}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" TSAN_OPTIONS="${TSAN_OPTIONS:-}" \
    PATH="$(dirname "$MLOPS"):/usr/local/bin:/usr/bin:/bin" LC_ALL=C.UTF-8 TZ=UTC \
    GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@example.org \
    GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@example.org \
    GIT_AUTHOR_DATE=2026-01-02T03:04:05Z GIT_COMMITTER_DATE=2026-01-02T03:04:05Z \
    /bin/sh "$0" "$@"
fi
unset CLI_CLEARED

set -eu
script=$(cd "$(dirname "$0")" && pwd)/${0##*/}
tests=${script%/cli/*}
# shellcheck disable=SC2034 # for the scripts
top=${tests%/tests}
scratch=$(mktemp -d "$TMPDIR/mlops-cli.XXXXXX")
out=$scratch/out
err=$scratch/err
export HOME="$scratch/home" XDG_CONFIG_HOME="$scratch/home/.config" XDG_CACHE_HOME="$scratch/home/.cache" \
  XDG_DATA_HOME="$scratch/home/.local/share" XDG_STATE_HOME="$scratch/home/.local/state" TMPDIR="$scratch/tmp"
mkdir -p "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$TMPDIR" "$scratch/here"

finish() {
  code=$?
  set +x
  trap - EXIT
  if [ "$code" -ne 0 ] && [ "$code" -ne 77 ]; then
    echo "$script: failed; the last commands were:"
    grep -v -e '^+ set +x' "$scratch/trace" | tail -n 12
    for file in "$out" "$err"; do
      if [ -s "$file" ]; then echo "--- std${file##*/} of the last command:" && head -c 4000 "$file"; fi
    done
  fi >&3
  chmod -R u+rwX "$scratch" && rm -rf "$scratch"
  exit "$code"
}
exec 3>&2 2>"$scratch/trace"
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

git config --global init.defaultBranch main
git config --global protocol.file.allow always
git config --global advice.detachedHead false

fail() {
  echo "$*" >&3
  exit 1
}

# The machine lacks something that third_party/install.sh would have brought.
skip() {
  echo "skipped: $*" >&3
  exit 77
}

# expect_code N COMMAND...: its exit code is N; its output is in $out and $err.
expect_code() {
  wanted=$1
  shift
  code=0
  "$@" >"$out" 2>"$err" || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit code $code instead of $wanted: $*"
}

# contains FILE TEXT...: each text stands in it, as it is.
contains() {
  file=$1
  shift
  for text in "$@"; do
    grep -Fq -e "$text" "$file" || fail "${file##*/} lacks: $text"
  done
}

lacks() {
  file=$1
  shift
  for text in "$@"; do
    if grep -aFq -e "$text" "$file"; then fail "${file##*/} has: $text"; fi
  done
}

is_empty() {
  [ ! -s "$1" ] || fail "${1##*/} is not empty"
}

# equals FILE TEXT: all of it, but for the last newline.
equals() {
  printf '%s\n' "$2" | diff - "$1" >&3 || fail "${1##*/} differs"
}

# json EXPRESSION: stdout is one JSON document, and the Python expression holds for it as `j`.
json() {
  python3 -c 'import json, sys
j = json.load(open(sys.argv[1], encoding="utf-8"))
assert eval(sys.argv[2]), j' "$out" "$1" 2>&3 || fail "not so: $1"
}

# json_lines EXPRESSION: each line of stdout is a record; `j` is their list.
json_lines() {
  python3 -c 'import json, sys
j = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert eval(sys.argv[2]), j' "$out" "$1" 2>&3 || fail "not so: $1"
}

# An error says what is wrong (first text) and what to type (second text).
error_says() {
  contains "$err" "mlops: error: " "$1" "hint: " "$2"
}

# matches_golden NAME: stdout is golden/cli/NAME; MLOPS_TEST_ACCEPT=1 writes it.
matches_golden() {
  golden=$tests/golden/cli/$1
  if [ -n "$ACCEPT" ]; then
    mkdir -p "$(dirname "$golden")"
    cp "$out" "$golden"
  fi
  diff -u "$golden" "$out" >&3 || fail "stdout is not golden/cli/$1 (MLOPS_TEST_ACCEPT=1 accepts it)"
}

# new_repository [NAME [GIT-INIT-FLAG...]]: a git repository without commits; we stand in it.
new_repository() {
  name=${1:-repository}
  [ $# -eq 0 ] || shift
  git init --quiet "$@" "$scratch/here/$name"
  cd "$scratch/here/$name"
}

commit() {
  git add --all
  git commit --quiet --allow-empty -m "$1"
}

# from_sample NAME: the repository of another tool that convert/samples/NAME holds; we stand in it.
from_sample() {
  new_repository "$1"
  git fast-import --quiet <"$tests/cli/convert/samples/$1/history"
  git reset --quiet --hard
  case $1 in
    lfs) mkdir -p .git/lfs && cp -r "$tests/cli/convert/samples/$1/objects" .git/lfs/ ;;
    *) cp -r "$tests/cli/convert/samples/$1/cache" .dvc/ ;;
  esac
}

# A data set of three files that main and side both changed: main changed a, side changed b, each added
# one. We stand on main.
diverge() {
  mkdir data
  for file in a b c; do echo base >"data/$file"; done
  mlops data add data >"$out"
  commit base
  git checkout --quiet -b side
  echo side >data/b
  echo side >data/from-side
  mlops data add data >"$out"
  commit side
  git checkout --quiet main
  mlops data checkout >"$out"
  echo main >data/a
  echo main >data/from-main
  mlops data add data >"$out"
  commit main
}

# A pipeline of two stages on one data set: upper.txt from data/in.txt, count.txt from that.
write_pipeline() {
  mkdir -p data
  printf 'one\ntwo\n' >data/in.txt
  cat >pipeline.toml <<'END'
schema = 1
name = "words"
[stage.upper]
cmd = "tr a-z A-Z < data/in.txt > upper.txt"
deps = ["data/in.txt"]
outs = ["upper.txt"]
[stage.count]
cmd = "wc -l < upper.txt > count.txt"
deps = ["upper.txt"]
outs = ["count.txt"]
END
}

# predictions FILE COLUMN: ten rows; COLUMN is the number of rows that are wrong.
write_predictions() {
  mkdir -p "$(dirname "$1")"
  awk -v wrong="$2" 'BEGIN { print "id,truth,answer"
    for (i = 1; i <= 10; ++i) print i "," i % 2 "," (i <= wrong ? 1 - i % 2 : i % 2) }' >"$1"
}

# Two tagged versions whose predictions git tracks: v1 has one row wrong, v2 three.
two_versions() {
  new_repository
  cat >pipeline.toml <<'END'
schema = 1
name = "versions"
[stage.predict]
cmd = "true"
plots = ["answers.csv"]
[predictions.answers]
path = "answers.csv"
task = "classification"
key = ["id"]
label = "truth"
prediction = "answer"
END
  printf 'schema = 1\n[[diff.rule]]\npredictions = "answers"\nmetric = "accuracy"\nmax_drop = 0.01\n' \
    >safeguards.toml
  write_predictions answers.csv 1
  commit one && git tag v1
  write_predictions answers.csv 3
  commit two && git tag v2
}

cd "$scratch/here"
set -x
