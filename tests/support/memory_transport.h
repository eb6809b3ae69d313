#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "remote/transport.h"

namespace mlops::test {

/// The objects of a remote that lies in memory; several transports may lead to it.
struct MemoryServer {
  std::mutex mutex;
  std::map<std::string, remote::Bytes> objects;
  std::vector<std::string> written;  ///< keys in the order of their first write
};

/// A transport that does what its server can, and goes wrong where a test says so. Any thread.
class MemoryTransport final : public remote::Transport {
 public:
  enum class Call { get, get_range, put, put_if_absent, list, size, remove };
  struct Request {
    Call call = Call::get;
    std::string key;
    std::size_t number = 0;  ///< of this transport, from 0
  };
  enum class Fault {
    none,
    fails,         ///< Error{network}, and nothing was done
    fails_after,   ///< Error{network}, and it was done
    unknown,       ///< of put_if_absent: not done, and nobody says so
    unknown_done,  ///< of put_if_absent: done, and nobody says so
    stale,         ///< of list: without the newest object
    empty,         ///< of list: without any
    damaged,       ///< of get and get_range: one bit is another
    cut,           ///< of get: the last byte is missing
  };
  using Plan = std::function<Fault(const Request&)>;

  explicit MemoryTransport(std::shared_ptr<MemoryServer> server, Plan plan = {});

  /// All requests so far.
  std::vector<Request> requests() const;
  std::size_t count() const { return requests().size(); }
  void set_plan(Plan plan);

  std::string describe() const override { return "memory"; }
  std::optional<remote::Bytes> get(std::string_view key, std::uint64_t max_bytes) override;
  std::optional<remote::Bytes> get_range(std::string_view key,
                                         std::uint64_t offset,
                                         std::uint64_t length) override;
  void put(std::string_view key, std::span<const std::uint8_t> bytes) override;
  Put put_if_absent(std::string_view key, std::span<const std::uint8_t> bytes) override;
  std::vector<Object> list(std::string_view prefix,
                           std::string_view start_after,
                           std::size_t most) override;
  std::optional<std::uint64_t> size(std::string_view key) override;
  bool remove(std::string_view key) override;
  std::int64_t clock() override { return 0; }

 private:
  Fault begin(Call call, std::string_view key);
  std::optional<remote::Bytes> find(std::string_view key) const;
  bool store(std::string_view key, std::span<const std::uint8_t> bytes, bool only_new);

  std::shared_ptr<MemoryServer> server_;
  mutable std::mutex mutex_;
  Plan plan_;
  std::vector<Request> requests_;
};

}  // namespace mlops::test
