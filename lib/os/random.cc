#include "os/random.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <sys/random.h>

#include "base/error.h"
#include "os/failure.h"
#include "os/fault.h"

namespace mlops::os {

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    errno = fault::next("getrandom");
    const ssize_t got = errno != 0 ? -1 : ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno != EINTR) {
      throw Error(ErrorKind::io, "cannot read random numbers: " + describe_errno(errno));
    }
    if (got > 0) {
      out = out.subspan(static_cast<std::size_t>(got));
    }
  }
}

std::string random_name(std::size_t count) {
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";
  // Bytes above the last multiple of 36 would make some characters likelier.
  constexpr std::size_t kLimit = 256 - 256 % kCharacters.size();
  std::string name;
  std::array<std::uint8_t, 32> bytes{};
  while (name.size() < count) {
    random_bytes(bytes);
    for (const std::uint8_t byte : bytes) {
      if (byte < kLimit && name.size() < count) {
        name += kCharacters[byte % kCharacters.size()];
      }
    }
  }
  return name;
}

}  // namespace mlops::os
