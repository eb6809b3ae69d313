#!/bin/sh
# What an experiment is given besides --set: files of --params, and outs of stages that it leaves out.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
echo 'rows = 3' >params.toml
cat >pipeline.toml <<'END'
schema = 1
params = ["params.toml"]
[stage.first]
cmd = "echo made >first.txt; echo kept >kept.txt"
cache = "always"
outs = [{ path = "first.txt", cache = false }, "kept.txt"]
[stage.second]
cmd = "cat first.txt kept.txt >second.txt"
deps = ["first.txt", "kept.txt"]
params = ["rows"]
outs = ["second.txt"]
END
commit one
expect_code 0 mlops run
# What stages that are left out made, cached or not, is taken as it lies.
expect_code 0 mlops run --only second --set rows=9 --run-id only
expect_code 0 mlops runs apply only
contains second.txt made kept

# Files of --params belong to an experiment.
printf 'rows = 20\nextra = 1\n' >more.toml
sed -i 's/^params = \["rows"\]/params = ["rows", "extra"]/' pipeline.toml
mkdir -p deep
cd deep
expect_code 0 mlops run --params ../more.toml --set rows=21 --run-id extra
cd ..
expect_code 0 mlops runs show extra --json
json 'j["params"] == ["more.toml"] and j["set"] == ["rows=21"]'
expect_code 0 mlops runs show extra
contains "$out" "params     more.toml"
expect_code 0 mlops runs apply extra
contains "$out" "rows=21, what is in more.toml"
mv more.toml away.toml
expect_code 2 mlops runs apply extra
error_says "had --params 'more.toml', which is gone" "put it back"
# What is in it now would make other results.
sed 's/extra = 1/extra = 2/' away.toml >more.toml
expect_code 3 mlops runs apply extra
contains "$out" "are no longer those of that run"
expect_code 0 mlops run --params "$PWD/more.toml" --set rows=22 --run-id outside
expect_code 0 mlops runs show outside --json
json 'j["params"] == ["more.toml"]'

# A program that is not there is no matter of its mode; nor is a directory.
cat >pipeline.toml <<'END'
schema = 1
params = ["params.toml"]
[stage.a]
cmd = ["bin/absent"]
params = ["rows"]
[stage.b]
cmd = "true"
workdir = "nowhere"
params = ["rows"]
END
expect_code 4 mlops run -k --set rows=23
contains "$err" "'bin/absent' was not found" "its workdir 'nowhere' does not exist"
lacks "$err" "chmod"
