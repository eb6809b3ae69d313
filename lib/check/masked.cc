#include "check/masked.h"

namespace mlops::check {

std::string masked(std::string_view value) {
  constexpr std::size_t kLongest = 40;
  constexpr std::string_view kKept = " .,:;+-/_@()#~";
  std::string shape;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) {
      continue;  // one letter for a character of several bytes
    }
    if (shape.size() >= kLongest) {
      return shape.ends_with('~') ? shape : shape + "~";
    }
    const bool is_digit = c >= '0' && c <= '9';
    shape += is_digit ? '#' : kKept.find(c) != std::string_view::npos ? c : 'x';
  }
  return shape;
}

}  // namespace mlops::check
