#include "check/crew.h"

namespace mlops::check {

Crew::Crew(std::size_t threads) {
  const std::size_t all = threads == 0 ? os::processor_count() : threads;
  if (all > 1) {
    others_.emplace(all - 1);
  }
}

void Crew::for_each(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (others_) {
    others_->for_each(count, body);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    body(i);
  }
}

}  // namespace mlops::check
