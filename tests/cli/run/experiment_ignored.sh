#!/bin/sh
# Files that git ignores are in an experiment as in place; what is too large to bring is named, and then the cache
# learns nothing.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data src tool/deep work .venv/bin
echo 'rows = 3' >params.toml
echo in >data/in.txt
echo more >data/extra.csv
echo 'rate=1' >local.env
echo helper >src/local.sh
cat >tool/make <<'END'
#!/bin/sh
. "${0%/*}/deep/names"
echo "$name" >"$1"
END
echo 'name="from the tool"' >tool/deep/names
echo here >work/note.txt
printf '#!/bin/sh\necho packaged\n' >.venv/bin/packaged
chmod +x .venv/bin/packaged tool/make
mkfifo x.fifo
printf '%s\n' 'local.*' /tool/ /work/ /data/extra.csv '/.venv/' '*.fifo' >.gitignore
cat >pipeline.toml <<'END'
schema = 1
params = ["params.toml"]
default = { cache = "always", params = ["rows"] }
[stage.undeclared]
cmd = "cat local.env >undeclared.txt 2>&1 || echo absent >undeclared.txt"
outs = ["undeclared.txt"]
[stage.declared]
cmd = "cat src/*.sh data/*.csv >declared.txt"
deps = ["src/*.sh", "data"]
outs = ["declared.txt"]
[stage.program]
cmd = ["tool/make", "program.txt"]
outs = ["program.txt"]
[stage.inside]
cmd = "cat note.txt >../inside.txt; ../.venv/bin/packaged >>../inside.txt"
workdir = "work"
outs = ["inside.txt"]
END
expect_code 0 mlops data add data/in.txt
commit one
export PATH="$PWD/.venv/bin:$PATH"
state() { git status --porcelain --ignored && find . -path ./.git -prune -o -type f -exec sha256sum {} + | sort; }
state >"$scratch/before"

# The same as in place, so the same key may stand for both.
expect_code 0 mlops run --set rows=5 --run-id first
lacks "$err" "not cached"
state | cmp - "$scratch/before" || fail "the experiment changed the work tree"
expect_code 0 mlops runs apply first
contains undeclared.txt "rate=1"
contains declared.txt helper more
contains program.txt "from the tool"
contains inside.txt here packaged
rm undeclared.txt declared.txt program.txt inside.txt

# Too large for what nobody declares: named, not there, and nothing of it is cached or can be applied.
truncate -s 300M local.env
expect_code 0 mlops run --set rows=6 --run-id lacking
contains "$err" "git ignores 'local.env'" "not cached" "--isolated"
contains "$out" "next: mlops runs diff lacking"
lacks "$out" "runs apply"
expect_code 0 mlops runs show lacking
contains "$out" "its result is not cached: it may have read 'local.env'"
expect_code 3 mlops runs apply lacking
# In place it is read, and makes a result of its own.
sed -i 's/cat local.env/wc -c <local.env/' pipeline.toml
expect_code 0 mlops run --set rows=6 undeclared
expect_code 0 mlops run --set rows=6 --apply undeclared
contains undeclared.txt 314572800
# Isolated, a stage would not see it in place either.
expect_code 0 mlops run --set rows=7 --isolated=copies --run-id apart declared
lacks "$err" "not cached"
expect_code 0 mlops runs apply apart
# Declared, it comes however large it is.
sed -i 's/^cmd = "wc -c/deps = ["local.env"]\n&/' pipeline.toml
expect_code 0 mlops run --set rows=8 --run-id brought undeclared
lacks "$err" "not cached"
expect_code 0 mlops runs apply brought
contains undeclared.txt 314572800

# Settings that git tracks hold there, too.
mkdir -p .mlops
printf 'schema = 1\n[cache]\nmax_age = "soon"\n' >.mlops/config.toml
expect_code 2 mlops run --set rows=8
rm .mlops/config.toml
expect_code 0 mlops run declared
