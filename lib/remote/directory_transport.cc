#include "remote/directory_transport.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::remote {

namespace {

constexpr std::uint32_t kObjectMode = 0444;

void check_key(std::string_view key) {
  if (!is_key(key)) {
    throw Error(ErrorKind::internal, quote(key) + " is no key of a remote");
  }
}

std::string parent_of(std::string_view key) {
  const auto slash = key.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : key.substr(0, slash));
}

os::Beneath open_directory(const std::filesystem::path& directory) {
  const auto stat = os::lstat_file(directory / ".");
  if (!stat || stat->kind != os::FileKind::directory) {
    throw Error(
        ErrorKind::io,
        "the remote's directory " + quote(directory.string()) + " does not exist",
        "is its disk mounted? a new one: " + shell_join({"mkdir", "--", directory.string()}));
  }
  return os::Beneath::open(directory);
}

}  // namespace

class DirectoryTransport::NewFile {
 public:
  NewFile(const os::Beneath& top, std::string_view key, std::span<const std::uint8_t> bytes)
      : top_(top) {
    top.make_directories(parent_of(key), os::Durability::durable);
    auto [name, fd] = top.create_temp_beside(key);
    name_ = std::move(name);
    const auto path = top.path() / name_;
    os::write_full(fd, bytes, path);
    os::set_mode(fd, kObjectMode, path);
    os::sync_and_close(std::move(fd), path, os::Durability::durable);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!is_named_) {
      try {
        top_.remove_file(name_);
      } catch (const Error&) {
        // It is no object by its name; whoever wrote it has an error to report already.
      }
    }
  }

  void replace(std::string_view key) {
    top_.rename(name_, key);
    is_named_ = true;
    top_.sync_directory(parent_of(key));
  }
  /// False when there is one.
  bool place(std::string_view key) {
    try {
      top_.move(name_, top_, key);
    } catch (const Error& error) {
      const auto other = error.kind() == ErrorKind::conflict ? top_.lstat(key) : std::nullopt;
      if (!other || other->kind != os::FileKind::regular) {
        throw;
      }
      return false;
    }
    is_named_ = true;
    top_.sync_directory(parent_of(key));
    return true;
  }

 private:
  const os::Beneath& top_;
  std::string name_;
  bool is_named_ = false;
};

DirectoryTransport::DirectoryTransport(const std::filesystem::path& directory)
    : top_(open_directory(directory)) {}

std::string DirectoryTransport::describe() const {
  return top_.path().string();
}

std::optional<os::Fd> DirectoryTransport::open(std::string_view key) const {
  check_key(key);
  try {
    return top_.open_file(key);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    return std::nullopt;
  }
}

std::optional<Bytes> DirectoryTransport::get(std::string_view key, std::uint64_t max_bytes) {
  const auto fd = open(key);
  if (!fd) {
    return std::nullopt;
  }
  const auto path = top_.path() / key;
  const std::uint64_t size = os::stat_fd(*fd, path).size;
  if (size > max_bytes) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{} has {} bytes, more than the {} that it may have",
                            quote(path.string()),
                            size,
                            max_bytes));
  }
  Bytes bytes(static_cast<std::size_t>(size));
  bytes.resize(os::read_full(*fd, bytes, path));
  return bytes;
}

std::optional<Bytes> DirectoryTransport::get_range(std::string_view key,
                                                   std::uint64_t offset,
                                                   std::uint64_t length) {
  const auto fd = open(key);
  if (!fd) {
    return std::nullopt;
  }
  const auto path = top_.path() / key;
  const std::uint64_t size = os::stat_fd(*fd, path).size;
  if (offset > size || length > size - offset) {
    throw Error(
        ErrorKind::corrupt,
        fmt::format(
            "{} ends at byte {}, before byte {}", quote(path.string()), size, offset + length));
  }
  Bytes bytes(static_cast<std::size_t>(length));
  if (os::pread_full(*fd, bytes, offset, path) != bytes.size()) {
    throw Error(ErrorKind::corrupt, quote(path.string()) + " became shorter");
  }
  return bytes;
}

void DirectoryTransport::put(std::string_view key, std::span<const std::uint8_t> bytes) {
  check_key(key);
  NewFile(top_, key, bytes).replace(key);
}

Transport::Put DirectoryTransport::put_if_absent(std::string_view key,
                                                 std::span<const std::uint8_t> bytes) {
  check_key(key);
  if (top_.lstat(key)) {
    return Put::exists;
  }
  return NewFile(top_, key, bytes).place(key) ? Put::stored : Put::exists;
}

void DirectoryTransport::list_below(const std::string& directory,
                                    std::string_view start_after,
                                    std::size_t most,
                                    std::vector<Object>& found) const {
  for (const std::string& name : top_.list(directory)) {
    const std::string key = fmt::format("{}/{}", directory, name);
    const bool may_hold_later =
        key >= start_after || start_after.starts_with(fmt::format("{}/", key));
    if (found.size() >= most || !is_key(key) || !may_hold_later) {
      continue;
    }
    const auto stat = top_.lstat(key);
    if (stat && stat->kind == os::FileKind::directory) {
      list_below(key, start_after, most, found);
    } else if (stat && stat->kind == os::FileKind::regular && key > start_after) {
      found.push_back({key, stat->size});
    }
  }
}

std::vector<Transport::Object> DirectoryTransport::list(std::string_view prefix,
                                                        std::string_view start_after,
                                                        std::size_t most) {
  const std::string directory(prefix.substr(0, prefix.size() - (prefix.ends_with('/') ? 1 : 0)));
  check_key(directory);
  std::vector<Object> found;
  const auto stat = top_.lstat(directory);
  if (stat && stat->kind == os::FileKind::directory) {
    list_below(directory, start_after, most, found);
  }
  return found;
}

std::optional<std::uint64_t> DirectoryTransport::size(std::string_view key) {
  check_key(key);
  const auto stat = top_.lstat(key);
  return stat && stat->kind == os::FileKind::regular ? std::optional(stat->size) : std::nullopt;
}

bool DirectoryTransport::remove(std::string_view key) {
  check_key(key);
  const bool was_there = top_.lstat(key) && top_.remove_file(key);
  if (was_there) {
    top_.sync_directory(parent_of(key));
  }
  return was_there;
}

/// The time that a new file gets: on NFS, the server's.
std::int64_t DirectoryTransport::clock() {
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  const auto [name, fd] = top_.create_temp_beside("clock");
  const std::int64_t time_ns = os::stat_fd(fd, top_.path() / name).mtime_ns;
  top_.remove_file(name);
  return time_ns / kNsPerSecond;
}

}  // namespace mlops::remote
