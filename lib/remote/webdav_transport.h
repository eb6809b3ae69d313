#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "remote/http.h"
#include "remote/http_retry.h"
#include "remote/transport.h"
#include "remote/webdav_listing.h"
#include "remote/webdav_login.h"

namespace mlops::remote {

/// A collection of a WebDAV server (RFC 4918).
struct WebDavPlace {
  Origin origin;
  std::string path;  ///< decoded, without slashes at its ends; empty: the root
};

/// Files below a collection. An object is uploaded under a name of its own and moved to its key.
/// The compare-and-swap moves a collection, with the object in it, to "key.slot", with "Overwrite:
/// F": a server that looks first and moves then has two winners of files, but rename(2) of a
/// directory onto one that is not empty fails. An object of put comes before one in a slot.
class WebDavTransport final : public Transport {
 public:
  using AskLogin = std::function<std::optional<WebDavLogin>()>;
  /// `ask` is called at most once, when the server wants a login and there is none.
  WebDavTransport(WebDavPlace place,
                  const std::optional<WebDavLogin>& login,
                  AskLogin ask,
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
  struct Call {
    std::string method;
    std::string path{};  ///< below the place; of a collection with a slash at its end
    std::vector<std::pair<std::string, std::string>> headers{};
    std::span<const std::uint8_t> body{};
    std::uint64_t max_body_bytes = 1U << 20U;
  };
  /// Fails with what an answer says that is none of `good`.
  SettledAnswer call(const Call& call, const std::vector<int>& good);
  HttpResponse call_once(const Call& call);
  HttpResponse send(const Call& call, const std::string& authorization);
  /// After a 401 to `refused`: what to try instead; empty when there is nothing.
  std::string authorize(const std::string& refused);
  std::string authorization();
  [[noreturn]] void fail(const Call& call, const HttpResponse& response);
  std::string url_path(const std::string& path) const;

  /// The first of the two places where an object may be that has it.
  std::optional<HttpResponse> find(Call call, std::string_view key, const std::vector<int>& good);
  std::optional<std::uint64_t> size_at(const std::string& path);
  /// Error{config} unless the place is a collection: a place that is not there is no empty one.
  void confirm_place();
  HttpResponse ask_place();
  void make_parents(std::string_view key);
  void upload(const std::string& path, std::span<const std::uint8_t> bytes);
  SettledAnswer move(const std::string& from, const std::string& to, char overwrite);
  Put move_to_slot(const std::string& from, std::string_view key);
  std::vector<WebDavMember> members(const std::string& directory);
  struct Listing;
  void list_below(const std::string& directory, Listing& listing);
  void find_sizes_of_slots(std::vector<Object>& objects, const std::vector<std::size_t>& slots);

  std::string name_;
  WebDavPlace place_;
  AskLogin ask_;
  const CancelToken& cancel_;
  std::unique_ptr<HttpClient> client_;
  std::mutex mutex_;  ///< of what follows
  std::string authorization_;
  bool was_asked_ = false;
  bool is_confirmed_ = false;
  std::set<std::string, std::less<>> made_;  ///< collections that are there
};

}  // namespace mlops::remote
