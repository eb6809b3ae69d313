#include "remote/transport.h"

#include <algorithm>

#include "base/text.h"

namespace mlops::remote {

bool is_key(std::string_view key) {
  constexpr std::size_t kMaxParts = 4;
  constexpr std::size_t kMaxPart = 64;
  const auto parts = split(key, '/');
  return parts.size() <= kMaxParts &&
         std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && part.size() <= kMaxPart &&
                  std::all_of(part.begin(), part.end(), [](char c) {
                    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                  });
         });
}

}  // namespace mlops::remote
