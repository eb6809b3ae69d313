#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "os/process.h"
#include "remote/transport.h"
#include "remote/wire.h"

namespace mlops::remote {

/// A directory on another machine, through a program that is started once a connection (ssh, which
/// runs `mlops serve` there). As many connections as threads ask at the same time; they are kept
/// for the next request. A request whose connection is cut is asked once more where that does no
/// harm.
class SshTransport final : public Transport {
 public:
  /// `name` for messages. Of `command` argv, env and cwd count. Asks nothing yet. `cancel` outlives
  /// this: Error{interrupted} at the next wait.
  SshTransport(std::string name, os::ProcessSpec command, const CancelToken& cancel);
  ~SshTransport() override;

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
  class Connection;
  struct Reply {
    WireAnswer answer;
    Bytes body;
  };
  std::unique_ptr<Connection> connect();
  Reply ask(const WireRequest& request, std::span<const std::uint8_t> body = {});
  Reply checked(Reply reply) const;

  std::string name_;
  os::ProcessSpec command_;
  const CancelToken& cancel_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace mlops::remote
