#!/bin/sh
# Hooks run only after this clone accepted them, are accepted anew when their script changes, and never
# change a result.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

new_repository
cat >notify.sh <<EOF
#!/bin/sh
echo "\$1 \$MLOPS_FAILURE" >> '$scratch/told'
exit 3
EOF
chmod +x notify.sh
cat >pipeline.toml <<'EOF'
schema = 1
name = "hooked"
[stage.a]
cmd = "test ! -e fail; echo > a.txt"
outs = ["a.txt"]
[hooks]
on_success = [["./notify.sh", "fine; touch evil"]]
on_failure = [["./notify.sh", "bad"], ["no-such-program"]]
EOF
commit one
accept() {
  mlops config 'trust."pipeline.toml".hooks' "$(sed -n "s/.*mlops config .* //p" "$err")"
}
expect_code 0 mlops run
contains "$err" "this clone has not accepted the hooks" "mlops config 'trust.\"pipeline.toml\".hooks' "
[ ! -e "$scratch/told" ]
accept
expect_code 0 mlops run
contains "$err" "the hook ./notify.sh 'fine; touch evil' failed: exit code 3"
[ "$(cat "$scratch/told")" = "fine; touch evil none" ]
touch fail
expect_code 4 mlops run
contains "$err" "the hook no-such-program failed: the program was not found"
[ "$(tail -n 1 "$scratch/told")" = "bad user" ]
rm fail
rm "$scratch/told"
echo 'echo more' >>notify.sh
expect_code 0 mlops run
contains "$err" "has not accepted"
[ ! -e "$scratch/told" ]
expect_code 0 mlops run -n
lacks "$err" "has not accepted"
# A tracked file cannot accept them.
mkdir -p .mlops
printf 'schema = 1\n[trust."pipeline.toml"]\nhooks = "x"\n' >.mlops/config.toml
expect_code 2 mlops run
contains "$err" "belongs to one clone"

# A script that a shell starts counts too; a link could lead elsewhere tomorrow.
git checkout --quiet .mlops 2>/dev/null || rm -r .mlops
mkdir -p scripts
echo 'echo one' >scripts/h.sh
sed -i "s|^on_success.*|on_success = [['sh', '-c', 'sh scripts/h.sh']]|" pipeline.toml
mlops run 2>"$err" || :
accept
expect_code 0 mlops run
lacks "$err" "has not accepted"
echo 'echo two' >scripts/h.sh
expect_code 0 mlops run
contains "$err" "has not accepted"
ln -s h.sh scripts/link.sh
sed -i "s|scripts/h.sh|scripts/link.sh|" pipeline.toml
expect_code 2 mlops run
error_says "a hook names 'scripts/link.sh', which is or leads through a symbolic link" "name the file itself"
