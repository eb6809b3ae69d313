#!/bin/sh
# A stage that the kernel kills for want of memory is told from others that are killed, and may be tried
# again. The kernel is made to kill it by a control group, which only root can make.
# failure oom
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can make a control group"
grep -q '^oom_kill ' /proc/vmstat || skip "the kernel does not count"
for parent in /sys/fs/cgroup/memory /sys/fs/cgroup; do
  group=$parent/mlops-test-$$
  if mkdir "$group" 2>&3; then break; fi
done
[ -d "$group" ] || skip "no control group of memory can be made"
limit=$group/memory.limit_in_bytes
[ -e "$limit" ] || limit=$group/memory.max
if ! [ -e "$limit" ] || ! echo 64M >"$limit"; then
  rmdir "$group"
  skip "no limit of memory can be set"
fi
new_repository
cat >pipeline.toml <<EOF
schema = 1
name = "memory"
[stage.greedy]
cmd = "echo x >> tries; echo \$\$ > $group/cgroup.procs; exec python3 -c 'bytearray(400 << 20)'"
outs = [{ path = "tries", persist = true, cache = false }]
retry = { max = 1, on = ["oom"], backoff = "10ms", oom_memory_factor = 2.0 }
resources = { memory = "16MiB" }
[stage.killed]
cmd = "kill -9 \$\$"
EOF
expect_code 4 mlops run greedy --json
cp "$out" "$scratch/first"
expect_code 4 mlops run killed --json
json_lines '[r["failure"] for r in j if r["event"] == "end"] == ["user"]'
cp "$scratch/first" "$out"
[ "$(wc -l <tries)" -eq 2 ] || { cat tries >&3; rmdir "$group"; fail "tried otherwise"; }
rmdir "$group"
json_lines '[r["failure"] for r in j if r["event"] == "end"] == ["oom"]'
