#!/bin/sh
# case 21: git, sh and less in the current directory are never run, not even with '.' or '' in PATH first.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

two_versions
for name in git sh less duckdb man; do
  printf '#!/bin/sh\ntouch "%s/owned"\nexit 0\n' "$scratch" >"$name"
  chmod +x "$name"
done
printf 'garbage' >libduckdb.so
for path in "$PATH" ".:$PATH" ":$PATH"; do
  PATH=$path expect_code 0 "$MLOPS" data ls
  PATH=$path expect_code 1 "$MLOPS" diff v1 v2
done
mkdir data && echo 1 >data/x
PATH=".:$PATH" expect_code 0 "$MLOPS" data add data/x
for path in ".:$PATH" ":$PATH"; do
  printf q | PATH=$path script -qec "TERM=xterm $MLOPS help" /dev/null >"$out"
  contains "$out" "data checkout"
done

# Neither what a run starts itself nor what a stage's shell looks up by name.
git checkout --quiet HEAD -- .
cat >pipeline.toml <<'END'
schema = 1
name = "planted"
[environment.asked]
type = "process"
tools = ["cat --version"]
[stage.copy]
environment = "asked"
cmd = "cat answers.csv > copy.csv"
deps = ["answers.csv"]
outs = ["copy.csv"]
END
printf '#!/bin/sh\ntouch "%s/owned"\n' "$scratch" >./cat
chmod +x ./cat
for path in ".:$PATH" ":$PATH"; do
  PATH=$path expect_code 0 "$MLOPS" run --no-cache
done
cmp answers.csv copy.csv
[ ! -e "$scratch/owned" ]
