#include "remote/http_object.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/time_text.h"
#include "remote/http_status.h"

namespace mlops::remote {

std::uint64_t answer_bound(std::uint64_t wanted) {
  return std::max<std::uint64_t>(wanted, 1U << 16U);
}

codec::Bytes whole_object(HttpResponse response, const ObjectName& name, std::uint64_t max_bytes) {
  if (response.body.size() > max_bytes) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} of {} has {} bytes, more than the {} that it may have",
                            name.key,
                            name.remote,
                            response.body.size(),
                            max_bytes));
  }
  return std::move(response.body);
}

ObjectRange::ObjectRange(std::uint64_t offset, std::uint64_t length)
    : offset_(offset), length_(length) {
  if (length - 1 > UINT64_MAX - offset) {
    throw Error(ErrorKind::corrupt, fmt::format("no object has a byte {} + {}", offset, length));
  }
}

std::string ObjectRange::header() const {
  return fmt::format("bytes={}-{}", offset_, offset_ + length_ - 1);
}

codec::Bytes ObjectRange::part_of(HttpResponse response, const ObjectName& name) const {
  if (response.status == kRangeNotSatisfiable || response.body.size() < length_) {
    fail_too_short(name, offset_ + length_);
  }
  const std::string wanted = fmt::format("bytes {}-{}/", offset_, offset_ + length_ - 1);
  if (response.body.size() != length_ || !response.header("content-range").starts_with(wanted)) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} sends another part of {} than was asked", name.remote, name.key));
  }
  return std::move(response.body);
}

void fail_too_short(const ObjectName& name, std::uint64_t end) {
  throw Error(ErrorKind::corrupt,
              fmt::format("{} of {} ends before byte {}", name.key, name.remote, end));
}

std::uint64_t size_of_object(const HttpResponse& response, const ObjectName& name) {
  const auto size = parse_number(response.header("content-length"));
  if (!size) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} does not say how long {} is", name.remote, name.key));
  }
  return *size;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_good = problem == std::errc() && end == text.data() + text.size();
  return is_good ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t kLength = 29;
  constexpr std::int64_t kUsPerSecond = 1'000'000;
  if (text.size() != kLength || text.substr(26) != "GMT") {
    return std::nullopt;
  }
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  const auto time = parse_timestamp(fmt::format(
      "{}-{:02}-{}T{}Z", text.substr(12, 4), number, text.substr(5, 2), text.substr(17, 8)));
  return time ? std::optional(*time / kUsPerSecond) : std::nullopt;
}

std::int64_t time_of(const HttpResponse& response, std::string_view remote) {
  const auto time = parse_http_date(response.header("date"));
  if (!time) {
    throw Error(ErrorKind::network, fmt::format("{} does not say what its clock says", remote));
  }
  return *time;
}

}  // namespace mlops::remote
