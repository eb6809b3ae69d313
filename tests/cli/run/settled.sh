#!/bin/sh
# A run that finds everything as the last settled one saw it says so without looking further, and leaves no
# record. Whatever may make a full look say something else makes it look: each kind of input is touched once.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
mkdir -p data code/lib bin
printf 'one\ntwo\n' >data/in.txt
echo x >code/lib/a.sh
echo y >code/b.sh
printf 'rows: 3\n' >params.yaml
# shellcheck disable=SC2016 # the program's own words
printf '#!/bin/sh\ncat "$1" > "$2"\n' >bin/copy
chmod +x bin/copy
cat >pipeline.toml <<'END'
schema = 1
name = "settled"
params = ["params.yaml"]
[stage.upper]
cmd = "tr a-z A-Z < data/in.txt > upper.txt"
deps = ["data/in.txt", "code/**/*.sh"]
params = ["rows"]
env = { hash = ["FLAVOUR"] }
outs = ["upper.txt"]
[stage.copy]
cmd = ["bin/copy", "upper.txt", "made/copy.txt"]
deps = ["upper.txt"]
outs = ["made/copy.txt"]
END
mkdir made
printf 'ignored/\n' >.gitignore
mkdir ignored other
echo z >ignored/file
commit one

records() {
  find .git/mlops/runs -mindepth 1 -maxdepth 1 | wc -l
}

# Times that a look can trust: what changed within a tick of its clock may change again.
pass() {
  sleep 0.05
}

# looks WHAT [COMMAND...]: the run has a record of its own.
looks() {
  what=$1
  shift
  before=$(records)
  "${@:-mlops}" run >"$out" 2>"$err" || fail "$what: the run failed"
  [ "$(records)" -eq $((before + 1)) ] || fail "$what: the run did not look"
}

is_settled() {
  before=$(records)
  mlops run >"$out" 2>"$err" || fail "a settled run failed"
  [ "$(records)" -eq "$before" ] || fail "$1: the run looked again"
  contains "$out" "upper  cached (up to date)" "copy   cached (up to date)" "2 instances, 2 cached"
  is_empty "$err"
}

# settle: everything as it should be, and remembered.
settle() {
  pass
  mlops run -q
  pass
  mlops run -q
  is_settled "$1"
}

settle "at first"
mlops run -q >"$out"
is_empty "$out"
expect_code 0 mlops run copy
is_settled_for_other_words=$(records)
mlops run -q copy
[ "$(records)" -eq "$is_settled_for_other_words" ] || fail "the same words: the run looked again"
looks "other words"

# changed WHAT COMMAND: after the command a run looks; then it is settled again.
changed() {
  settle "before: $1"
  sh -euc "$2"
  looks "$1"
}

changed "the pipeline" "echo '# more' >>pipeline.toml"
changed "the lock" "rm pipeline.lock"
[ -e pipeline.lock ] || fail "the lock was not written again"
changed "a time of the lock" "touch pipeline.lock"
changed "a parameter" "echo 'rows: 4' >params.yaml"
contains "$out" "upper  ran"
changed "a dep" "echo three >>data/in.txt"
contains "$out" "upper  ran"
changed "a dep of the same size and time" \
  "touch -r data/in.txt t; printf 'ONE\ntwo\nthree\n' >data/in.txt; touch -r t data/in.txt; rm t"
contains "$out" "upper  ran"
changed "the times of a dep" "touch data/in.txt"
changed "the mode of a dep" "chmod +x data/in.txt"
contains "$out" "upper  ran"
changed "one more match of a pattern" "echo new >code/lib/new.sh"
contains "$out" "upper  ran"
changed "one match less" "rm code/lib/new.sh"
changed "an out" "echo edited >upper.txt"
changed "an out that is gone" "rm made/copy.txt"
contains "$out" "copy   restored"
changed "the program" "printf '#!/bin/sh\ncp \"\$1\" \"\$2\"\n' >bin/copy"
contains "$out" "copy   ran"
changed "the program cannot be executed and can again" "chmod -x bin/copy; chmod +x bin/copy"
changed "the index" "echo tracked >tracked.txt; git add tracked.txt"
changed "an ignore file" "echo '*.tmp' >>.gitignore"
changed "an ignore file of the clone" "mkdir -p .git/info; echo '*.bak' >>.git/info/exclude"
changed "the user's ignore file" "mkdir -p '$XDG_CONFIG_HOME/git'; echo '*.bak' >'$XDG_CONFIG_HOME/git/ignore'"
changed "git's settings" "git config mlops.test yes"
changed "the user's git settings" "git config --global mlops.test yes"
changed "tracked settings" "mkdir -p .mlops; printf 'schema = 1\n' >.mlops/config.toml"
changed "settings of the user" "mkdir -p '$XDG_CONFIG_HOME/mlops'; printf 'schema = 1\n' >'$XDG_CONFIG_HOME/mlops/config.toml'"
changed "settings of the clone" "mlops config container.io bind"
changed "a pointer somewhere" "echo 1 >other/set.csv; mlops data add -q other/set.csv"
changed "the cached results" "rm -r .git/mlops/store/results"
contains "$out" "2 ran"
changed "the memory is gone" "rm .git/mlops/stat-cache-main-settled"
changed "the memory is damaged" \
  "printf x | dd of=.git/mlops/stat-cache-main-settled bs=1 seek=100 conv=notrunc 2>/dev/null"
changed "the memory is cut" "truncate -s 60 .git/mlops/stat-cache-main-settled"
changed "the memory is empty" ": >.git/mlops/stat-cache-main-settled"

# What stands in the way of the file is an error of a full look, too.
settle "before a link"
mv data elsewhere
ln -s elsewhere data
code=0
mlops run >"$out" 2>"$err" || code=$?
[ "$code" -ne 0 ] || fail "a dep behind a link was taken"
rm data
mv elsewhere data

PATH=$scratch/early:$PATH
mkdir "$scratch/early"
changed "another program of that name" "ln -s /bin/sh '$scratch/early/sh'"
changed "and it is gone" "rm '$scratch/early/sh'"

settle "before variables"
looks "a hashed variable" env FLAVOUR=sour mlops
contains "$out" "upper  ran"
settle "before another variable"
looks "any variable" env UNRELATED=1 mlops
settle "before another PATH"
looks "another PATH" env "PATH=$PATH:/nowhere" mlops

# Whoever wants more to be told, or something else, looks.
settle "before flags"
for flags in "--explain" "--json" "--run-id=named" "--from=upper" "--frozen" "--cache-only" "-v" \
  "--timeout=1h" "--no-isolated"; do
  before=$(records)
  # shellcheck disable=SC2086 # one flag
  mlops run $flags >"$out" 2>"$err"
  [ "$(records)" -eq $((before + 1)) ] || fail "$flags: the run did not look"
done
is_settled "after flags"

# Another run in this work tree.
cat >slow.toml <<'END'
schema = 1
name = "slow"
[stage.slow]
cmd = "touch started; sleep 5"
END
settle "before another run"
mlops run slow.toml >"$scratch/slow.out" 2>&1 &
slow=$!
while [ ! -e started ]; do sleep 0.05; done
rm started
expect_code 7 mlops run
kill -TERM "$slow"
wait "$slow" || :

# What a program answers, and hooks: never remembered.
never() {
  for _ in 1 2 3; do
    pass
    looks "$1"
  done
}
cp pipeline.toml "$scratch/plain.toml"
sed -i 's/^\[stage.upper\]/[environment.shell]\ntype = "process"\ntools = ["cat \/proc\/version"]\n[stage.upper]\nenvironment = "shell"/' pipeline.toml
mlops run -q
never "tools are asked"
cp "$scratch/plain.toml" pipeline.toml
printf '[hooks]\non_success = [["true"]]\n' >>pipeline.toml
never "hooks"
cp "$scratch/plain.toml" pipeline.toml
printf '[stage.always]\ncmd = "true"\n' >>pipeline.toml
never "a stage that always runs"

# Who is warned is warned each time.
new_repository warned
echo 1 >set.csv
mlops data add -q set.csv
cat >pipeline.toml <<'END'
schema = 1
name = "warned"
[stage.copy]
cmd = "cp set.csv out.csv"
deps = ["set.csv"]
outs = ["out.csv"]
END
commit one
settle_quietly() {
  pass
  mlops run -q
  pass
  mlops run -q
  before=$(records)
  mlops run -q
}
settle_quietly
[ "$(records)" -eq "$before" ] || fail "a data set: the run looked again"
echo 2 >set.csv
settle_quietly
looks "a warning"
contains "$err" "stages read data that is not what its pointer names"
