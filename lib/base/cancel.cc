#include "base/cancel.h"

#include "base/error.h"

namespace mlops {

void CancelToken::cancel(int signal_number) noexcept {
  int none = 0;
  signal_.compare_exchange_strong(none, signal_number, std::memory_order_relaxed);
  requests_.fetch_add(1, std::memory_order_relaxed);
  cancelled_.store(true, std::memory_order_release);
}

void CancelToken::check() const {
  if (is_cancelled()) {
    throw Error(ErrorKind::interrupted, "interrupted");
  }
}

}  // namespace mlops
