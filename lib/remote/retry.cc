#include "remote/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "os/clock.h"
#include "os/random.h"

namespace mlops::remote {

namespace {

using std::chrono::milliseconds;

constexpr int kTries = 7;
constexpr milliseconds kFirst{500};
constexpr milliseconds kLongest{30'000};
constexpr milliseconds kAll{180'000};
constexpr milliseconds kSlice{100};

/// Three to four quarters of it.
milliseconds shorten(milliseconds pause) {
  std::array<std::uint8_t, 1> byte{};
  os::random_bytes(byte);
  return pause - pause * byte[0] / 1024;
}

milliseconds asked_for(std::string_view retry_after) {
  std::uint32_t seconds = 0;
  const char* end = retry_after.data() + retry_after.size();
  const auto read = std::from_chars(retry_after.data(), end, seconds);
  const bool is_good = read.ec == std::errc() && read.ptr == end;
  return is_good ? std::min(milliseconds(std::chrono::seconds(seconds)), kAll) : milliseconds(0);
}

}  // namespace

bool Retry::wait(std::string_view retry_after) {
  const milliseconds own = shorten(std::min(kLongest, kFirst * (1 << (tries_ - 1))));
  const milliseconds pause = std::max(own, asked_for(retry_after));
  if (tries_ >= kTries || waited_ + pause > kAll) {
    return false;
  }
  for (milliseconds left = pause; left > milliseconds(0); left -= kSlice) {
    cancel_.check();
    os::sleep_for(std::min(left, kSlice));
  }
  cancel_.check();
  ++tries_;
  waited_ += pause;
  return true;
}

}  // namespace mlops::remote
