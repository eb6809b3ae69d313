#pragma once

#include <cstddef>
#include <functional>

namespace mlops::table {

/// Calls body(0) … body(count - 1), on as many threads in all, this one among them.
void for_each_part(unsigned threads,
                   std::size_t count,
                   const std::function<void(std::size_t)>& body);

}  // namespace mlops::table
