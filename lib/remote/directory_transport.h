#pragma once

#include <filesystem>
#include <memory>

#include "os/beneath.h"
#include "remote/transport.h"

namespace mlops::remote {

/// A directory: of this machine, of a server (NFS), or of a disk that is carried about. Nothing
/// follows a link below it. The compare-and-swap is a rename that replaces nothing, or link() where
/// the file system has no such rename.
class DirectoryTransport final : public Transport {
 public:
  /// Error{io} when there is no such directory: a disk that is not mounted must not be mistaken for
  /// an empty one.
  explicit DirectoryTransport(const std::filesystem::path& directory);

  std::string describe() const override;
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
  /// Written and synced beside its place; removed again unless it gets its name.
  class NewFile;
  std::optional<os::Fd> open(std::string_view key) const;
  void list_below(const std::string& directory,
                  std::string_view start_after,
                  std::size_t most,
                  std::vector<Object>& found) const;

  os::Beneath top_;
};

}  // namespace mlops::remote
