#include "table/for_each_part.h"

#include <algorithm>

#include "os/pool.h"

namespace mlops::table {

void for_each_part(unsigned threads,
                   std::size_t count,
                   const std::function<void(std::size_t)>& body) {
  const std::size_t useful = std::min<std::size_t>(threads, count);
  if (useful <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      body(i);
    }
    return;
  }
  // The caller works, too.
  os::ThreadPool(useful - 1).for_each(count, body);
}

}  // namespace mlops::table
