#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "remote/http.h"
#include "remote/http_retry.h"
#include "remote/s3_credentials.h"
#include "remote/transport.h"

namespace mlops::remote {

/// Where the objects of a remote are in S3, or in what speaks its language.
struct S3Place {
  std::string bucket;
  std::string prefix;    ///< without slashes at its ends; empty: the bucket itself
  std::string endpoint;  ///< an origin; empty: AWS's own for the region
  std::string region;
};

/// Objects of a bucket. The compare-and-swap is a PUT with "If-None-Match: *". Every PUT carries
/// the SHA-256 of its body, which the server checks. Requests that end in a time-out, 408, 429,
/// 500, 502, 503 or 504 are repeated after growing pauses, those that the server asks for among
/// them; what would then be uncertain of a compare-and-swap is `unknown`.
class S3Transport final : public Transport {
 public:
  S3Transport(const S3Place& place,
              S3Account account,
              std::optional<Proxy> proxy,
              const CancelToken& cancel);

  std::string describe() const override { return name_; }
  std::optional<Bytes> get(std::string_view key, std::uint64_t max_bytes) override;
  std::optional<Bytes> get_range(std::string_view key,
                                 std::uint64_t offset,
                                 std::uint64_t length) override;
  void put(std::string_view key, std::span<const std::uint8_t> bytes) override;
  Put put_if_absent(std::string_view key, std::span<const std::uint8_t> bytes) override;
  std::vector<Object> list(std::string_view prefix,
                           std::string_view start_after,
                           std::size_t most) override;
  std::optional<std::uint64_t> size(std::string_view key) override;
  bool remove(std::string_view key) override;
  std::int64_t clock() override;

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  struct Call {
    std::string method;
    std::string key{};  ///< empty: the bucket
    Pairs query{};
    Pairs headers{};
    std::span<const std::uint8_t> body{};
    std::uint64_t max_body_bytes = 1U << 20U;
  };
  /// Fails with what an answer says that is none of `good`.
  SettledAnswer call(const Call& call, const std::vector<int>& good);
  HttpResponse call_once(const Call& call);
  HttpRequest signed_request(const Call& call) const;
  [[noreturn]] void fail(const Call& call, const HttpResponse& response) const;
  /// Nothing when there is no such object.
  std::optional<HttpResponse> read(const Call& get, const std::vector<int>& good);
  SettledAnswer put_with(std::string_view key,
                         std::span<const std::uint8_t> bytes,
                         Pairs headers,
                         const std::vector<int>& good);
  std::string path_of(const std::string& key) const;

  std::string name_;
  S3Place place_;
  S3Account account_;
  bool is_path_style_ = false;
  const CancelToken& cancel_;
  std::unique_ptr<HttpClient> client_;
};

/// One page of a bucket's listing (ListObjectsV2).
struct S3Page {
  std::vector<Transport::Object> objects;  ///< keys as the bucket has them
  bool is_truncated = false;
};
/// Error{corrupt} for what is no such page.
S3Page parse_s3_page(std::string_view xml, const std::string& name);
/// The text of the first element of that name without its entities; "" where there is none.
std::string find_xml_text(std::string_view xml, std::string_view element);

}  // namespace mlops::remote
