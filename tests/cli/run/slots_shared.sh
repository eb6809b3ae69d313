#!/bin/sh
# Two runs on one machine do not over-commit its slots, in other repositories too; a stage's own mlops run
# does not wait for the stage.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

write() {
  cat >pipeline.toml <<EOF
schema = 1
name = "slots"
[pool.local]
type = "local"
slots = { cpu = 2, gpu = 1 }
[stage.use]
cmd = "echo \$CUDA_VISIBLE_DEVICES > gpu.txt; mkdir '$scratch/busy'; sleep 1; rmdir '$scratch/busy'"
outs = ["gpu.txt"]
resources = { $1 }
EOF
}
for one in a b; do
  new_repository "$one"
  write 'gpu = 1'
done
mlops run >"$scratch/a.out" 2>"$scratch/a.err" &
first=$!
cd "$scratch/here/a"
mlops run >"$scratch/b.out" 2>"$scratch/b.err"
wait "$first"
[ "$(cat "$scratch/here/a/gpu.txt" "$scratch/here/b/gpu.txt")" = "0
0" ]
cat "$scratch/a.err" "$scratch/b.err" >"$err"
contains "$err" "other runs on this machine use its slots"

# The user's choice of devices is what is shared out.
expect_code 0 env CUDA_VISIBLE_DEVICES=GPU-7f mlops run --no-cache
[ "$(cat gpu.txt)" = GPU-7f ]
expect_code 2 env CUDA_VISIBLE_DEVICES= mlops run --no-cache
error_says "resources.gpu: needs 1, and CUDA_VISIBLE_DEVICES names 0" "name more devices"
write 'gpu = 2'
expect_code 2 mlops run
error_says "resources.gpu: needs 2, and the pool 'local' has 1" "slots"

# Within a stage that has all processors, another run does not wait for it.
cat >pipeline.toml <<'END'
schema = 1
name = "inner"
[stage.inner]
cmd = "echo in > inner.txt"
outs = ["inner.txt"]
resources = { cpu = 2 }
END
cd "$scratch/here/b"
write 'cpu = 2'
sed -i 's|^cmd.*|cmd = "cd ../a; mlops run; cd ../b; cp ../a/inner.txt gpu.txt"|' pipeline.toml
expect_code 0 timeout 60 mlops run
[ "$(cat gpu.txt)" = in ]
