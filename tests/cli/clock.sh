# shellcheck shell=sh
# Sourced in the place of common.sh by scripts that give mlops another wall clock than the machine's.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

compiler=$(command -v clang-14 || command -v cc) || skip "there is no C compiler"
"$compiler" -shared -fPIC -o "$scratch/clock.so" "$tests/support/other_clock.c"
# Those who hold a leak against us hold what the clock does to them against us, too.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0:verify_asan_link_order=0"

# at_clock SECONDS COMMAND...: so much later than it is.
at_clock() {
  later=$1
  shift
  MLOPS_TEST_CLOCK=$later LD_PRELOAD="$scratch/clock.so" timeout 100 "$@"
}
# jumping COMMAND...: a day back and forth at each look.
jumping() {
  LD_PRELOAD="$scratch/clock.so" timeout 100 "$@"
}
