/* Preloaded, it gives a program another wall clock: MLOPS_TEST_CLOCK seconds later than it is, or, without that,
   one that jumps by a day, back and forth, at each look. Clocks that only count go on as they are. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec* now) {
  static long calls;
  const char* later = getenv("MLOPS_TEST_CLOCK");
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += later ? atol(later) : (__atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) % 3 - 1) * 86400;
  }
  return result;
}
