#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "os/pool.h"

namespace mlops::check {

/// The threads of one check: the caller and as many beside it.
class Crew {
 public:
  /// 0: one thread a processor.
  explicit Crew(std::size_t threads);
  /// As os::ThreadPool::for_each; in order on the caller where it is alone.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& body);

 private:
  std::optional<os::ThreadPool> others_;
};

}  // namespace mlops::check
