#!/bin/sh
# A run makes a conda environment from environment.yml, from a list of URLs and from conda-lock.yml, once each; a
# stage runs activated in it; what is installed stands in the key, and the lock decides the grade.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"
# shellcheck source=tests/support/conda.sh
. "$tests/support/conda.sh"

start_conda
new_repository
environment() {
  printf 'name: greeter\nchannels:\n  - %s\ndependencies:\n  - greet=%s\n' "$channel" "$1" >environment.yml
}
environment 1.0
cat >pipeline.toml <<'END'
schema = 1
name = "conda"
[environment.greeter]
type = "conda"
file = "environment.yml"
[stage.greet]
environment = "greeter"
cmd = "greet > out.txt; echo $CONDA_PREFIX > prefix.log"
deps = ["pipeline.toml"]
outs = ["out.txt"]
END
printf '*.log\n' >.gitignore
commit one

grade() {
  mlops run --json >"$out" 2>"$err"
  sed -n 's/.*"event":"end".*"grade":"\([a-z]*\)".*/\1/p' "$out"
}

# A look makes nothing.
expect_code 0 mlops run -n
contains "$out" "the conda environment 'greeter' is not there"
[ ! -e .git/mlops/conda ]

expect_code 0 mlops run
contains "$out" "greet  ran"
equals out.txt "1.0 hello"
prefix=$(cat prefix.log)
case $prefix in
  "$PWD/.git/mlops/conda/greeter-"*) ;;
  *) fail "the prefix is $prefix" ;;
esac
[ -f "$prefix/conda-meta/greet-1.0-0.json" ]
[ -f "$prefix/share/words" ]
[ "$(grade)" = pinned ] || fail "the grade of environment.yml alone is $(grade)"

# Made once; another text is another environment, and the one before is still there.
touch -d 2026-01-01 "$prefix/conda-meta"
expect_code 0 mlops run --no-cache
[ -z "$(find "$prefix/conda-meta" -maxdepth 0 -newermt 2026-01-02)" ] || fail "it was made again"
environment 2.0
expect_code 0 mlops run
equals out.txt "2.0 hello"
[ "$(cat prefix.log)" != "$prefix" ]
environment 1.0
expect_code 0 mlops run
equals out.txt "1.0 hello"
contains "$out" "greet  restored"

# Something that is not in the channel: said, with the tool's words, and nothing half made is used.
environment 9.9
expect_code 5 mlops run
contains "$err" "the conda environment cannot be made" "greet"
environment 1.0

# Started by us, in what was activated once: signals come to it, and what it prints comes at once.
# failure conda
cp pipeline.toml "$scratch/pipeline.toml"
cat >>pipeline.toml <<'END'
[stage.deaf]
environment = "greeter"
cmd = "trap 'greet >heard.log; exit 1' TERM; echo begun; while true; do sleep 0.1; done"
cache = false
timeout = { run = "2s", grace = "200s" }
END
expect_code 5 timeout 150 mlops run deaf
contains "$out" "begun"
contains "$err" "ran longer than its timeout"
equals heard.log "1.0 hello"
cp "$scratch/pipeline.toml" pipeline.toml

# One that was not finished is made anew.
rm "$prefix/conda-meta/mlops-complete" "$prefix/bin/greet"
expect_code 0 mlops run --no-cache
equals out.txt "1.0 hello"

# Locks.
record() {
  python3 -c 'import json, sys
for name in sys.argv[3:]:
    one = json.load(open(f"{sys.argv[2]}/conda-meta/{name}.json"))
    print(sys.argv[1].format(**one))' "$@"
}
{
  echo "@EXPLICIT"
  record '{url}#{md5}' "$prefix" words-2.1-0 greet-1.0-0
} >explicit.txt
sed -i 's/^file = .*/&\nlock = "explicit.txt"/' pipeline.toml
[ "$(grade)" = strong ] || fail "the grade with a list of URLs is not strong: $(cat "$err")"
equals out.txt "1.0 hello"

if [ "$tool" = micromamba ]; then
  {
    echo 'version: 1'
    echo 'package:'
    for platform in linux-64 linux-aarch64; do
      record "- {{name: {name}, version: '{version}', manager: conda, platform: $platform, url: '{url}', hash: {{md5: {md5}, sha256: {sha256}}}, dependencies: {{}}, category: main, optional: false}}" \
        "$prefix" words-2.1-0 greet-1.0-0
    done
  } >conda-lock.yml
  sed -i 's/explicit.txt/conda-lock.yml/' pipeline.toml
  [ "$(grade)" = strong ] || fail "the grade with a conda-lock.yml is not strong: $(cat "$err")"
fi

# What is installed by hand into it is another environment, and no longer the lock's.
prefix=$(cat prefix.log)
sed 's/"name": *"words"/"name": "more"/; s/words-/more-/' "$prefix/conda-meta/words-2.1-0.json" \
  >"$prefix/conda-meta/more-2.1-0.json"
[ "$(grade)" = pinned ] || fail "an environment with more than its lock is still strong"
contains "$out" '"state":"ran"'
