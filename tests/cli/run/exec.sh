#!/bin/sh
# exec runs a command like a stage, without shell and cache, and prints or saves the stage that repeats it.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir sub
cat >sub/make.py <<'END'
import os, sys
assert "SECRET" not in os.environ
open("made $x.txt", "w").write(open(sys.argv[1]).read())
END
echo one >sub/in.txt
cd sub
expect_code 0 env SECRET=1 mlops exec -- python3 make.py in.txt
contains "$out" '[stage.make]' 'cmd = ["python3", "make.py", "in.txt"]' 'workdir = "sub"' \
  'deps = ["sub/in.txt", "sub/make.py"]' 'outs = ["sub/made $x.txt"]' "--save"
[ ! -e ../pipeline.toml ]
[ ! -e ../pipeline.lock ]
rm made*
expect_code 0 mlops exec --save -- python3 make.py in.txt
contains "$out" "next: mlops run make"
# The second time there is nothing to save, and nothing runs.
expect_code 2 mlops exec --save -- python3 make.py in.txt
error_says "has this command already: stage 'make'" "mlops run make"
cd ..
expect_code 0 mlops run make
contains "$out" "make  ran"
expect_code 0 mlops run make
contains "$out" "make  cached"
cp pipeline.lock "$scratch/lock"
expect_code 4 mlops exec --save -- sh -c 'exit 9'
contains "$err" "exit code 9" "hint: mlops exec -- sh -c 'exit 9'   (when mended)"
lacks pipeline.toml "exit 9"
expect_code 0 mlops exec --json --save -- sh -c 'echo ${HOME} > /dev/null'
json_lines 'j[-1]["event"] == "stage" and j[-1]["name"] == "sh" and j[-1]["saved"]'
expect_code 0 mlops pipeline validate
cmp pipeline.lock "$scratch/lock"
expect_code 2 mlops exec --environment none -- true
error_says "no environment 'none'" "mlops"
expect_code 2 mlops exec

# What git ignores file by file may well be what the command is for; what lies in ignored directories is not.
printf '*.pkl\n/tmp/\n' >>.gitignore
mkdir tmp
expect_code 0 mlops exec -- sh -c 'echo 1 > model.pkl; echo 2 > tmp/scratch; echo 3 > seen.txt'
contains "$out" 'outs = ["model.pkl", "seen.txt"]'
