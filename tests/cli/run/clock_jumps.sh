#!/bin/sh
# A wall clock that jumps by a day, back and forth, at each look: timeouts, backoffs and durations are those of a clock
# that does not, and the cache is what it was.
# failure clock
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

compiler=$(command -v clang-14 || command -v cc) || skip "there is no C compiler"
cat >"$scratch/jumps.c" <<'END'
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec* now) {
  static long calls;
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += (__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) % 3 - 1) * 86400;
  }
  return result;
}
END
"$compiler" -shared -fPIC -o "$scratch/jumps.so" "$scratch/jumps.c"
# Those who hold a leak against us hold what the clock does to them against us, too.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0:verify_asan_link_order=0"
jumping() {
  LD_PRELOAD="$scratch/jumps.so" timeout 100 "$@"
}

new_repository
echo in >in
cat >pipeline.toml <<'END'
schema = 1
name = "clocks"
[stage.quick]
cmd = "cp in quick"
deps = ["in"]
outs = ["quick"]
timeout = "1h"
[stage.again]
cmd = "echo x >>tries; test $(wc -l <tries) -ge 3 || exit 75; touch again"
outs = ["again", { path = "tries", persist = true, cache = false }]
retry = { max = 3, on = ["exit:75"], backoff = "200ms", factor = 1.0 }
[stage.slow]
cmd = "sleep 600"
timeout = { run = "1s", grace = "1s" }
allow_failure = true
END
expect_code 0 jumping mlops run --timeout 1h
contains "$out" "quick  ran" "again  ran" "slow   failed"
contains "$err" "ran longer than its timeout"
[ "$(wc -l <tries)" -eq 3 ]
# The clock did jump, and nothing took days, or less than no time.
python3 - .git/mlops/runs/*/run.jsonl <<'END' 2>&3
import datetime, json, sys, time
lines = [json.loads(line) for line in open(sys.argv[1])]
offsets = {round((datetime.datetime.fromisoformat(line["time"]).timestamp() - time.time()) / 86400) for line in lines}
assert offsets - {0}, offsets
assert all(0 <= line["elapsed_ms"] < 60000 for line in lines if line["event"] == "end"), lines
END
expect_code 0 jumping mlops run quick
contains "$out" "quick  cached"
expect_code 0 jumping mlops status
lacks "$out" "'quick'"
echo changed >in
expect_code 0 jumping mlops run quick
contains "$out" "quick  ran"
equals quick changed
for command in "runs list" "runs show" "runs gc -n --keep 20" "data gc -n" "data fsck"; do
  # shellcheck disable=SC2086 # words
  expect_code 0 jumping mlops $command
done
expect_code 0 mlops run quick
contains "$out" "quick  cached"
