#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/bytes.h"
#include "remote/http.h"

namespace mlops::remote {

/// An object that an HTTP server keeps, for messages.
struct ObjectName {
  std::string_view key;
  std::string_view remote;
};

/// The least that a response may have: an error's text may be longer than what is wanted.
std::uint64_t answer_bound(std::uint64_t wanted);
/// The body of a 200. Error{corrupt} for more than `max_bytes`.
codec::Bytes whole_object(HttpResponse response, const ObjectName& name, std::uint64_t max_bytes);

/// A part of an object: `length`, at least 1, bytes from `offset`. Error{corrupt} for bytes that
/// nothing has.
class ObjectRange {
 public:
  ObjectRange(std::uint64_t offset, std::uint64_t length);
  /// The value of the header Range.
  std::string header() const;
  /// The body of a 206, or of a 416. Error{corrupt} when it is not exactly this part.
  codec::Bytes part_of(HttpResponse response, const ObjectName& name) const;

 private:
  std::uint64_t offset_;
  std::uint64_t length_;
};
/// Error{corrupt}: an object ends before a byte that it was asked for.
[[noreturn]] void fail_too_short(const ObjectName& name, std::uint64_t end);

/// What a HEAD says. Error{corrupt} when it says nothing.
std::uint64_t size_of_object(const HttpResponse& response, const ObjectName& name);
/// Decimal digits and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// "Wed, 21 Oct 2015 07:28:00 GMT" in seconds since the epoch.
std::optional<std::int64_t> parse_http_date(std::string_view text);
/// The header Date. Error{network} when there is none.
std::int64_t time_of(const HttpResponse& response, std::string_view remote);

}  // namespace mlops::remote
