#include "os/failure.h"

#include <system_error>

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::os {

std::string describe_errno(int error_number) {
  std::string text = std::generic_category().message(error_number);
  const bool is_a_word = text.size() > 1 && text[1] >= 'a' && text[1] <= 'z';
  if (is_a_word && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

void throw_errno(int error_number,
                 std::string_view action,
                 const std::filesystem::path& path,
                 ErrorKind kind) {
  throw Error(
      kind,
      fmt::format("cannot {} {}: {}", action, quote(path.native()), describe_errno(error_number)));
}

}  // namespace mlops::os
