#include "workspace/stable_read.h"

#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "codec/bytes.h"
#include "os/clock.h"
#include "os/file.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

constexpr int kReadAttempts = 3;

/// Runs what touches the file itself: the system's refusal becomes Unreadable.
template <typename Action>
auto touch(Action action) {
  try {
    return action();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io && error.kind() != ErrorKind::not_found) {
      throw;
    }
    throw Unreadable{error.message()};
  }
}

store::PlacementHint hint_of(std::string_view data_set, std::string_view path) {
  store::PlacementHint hint;
  hint.group = data_set;
  hint.directory = parent_of(path);
  return hint;
}

}  // namespace

StableRead read_stable(const os::Beneath& tree,
                       std::string_view data_set,
                       const std::string& path,
                       store::Writer& writer,
                       Progress& progress,
                       const CancelToken& cancel) {
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    StableRead read;
    read.read_at_ns = os::wall_time_ns();
    const auto file = std::make_shared<const os::Fd>(touch([&] { return tree.open_file(path); }));
    const os::Fd& fd = *file;
    read.stat = touch([&] { return os::stat_fd(fd, path); });
    read.entry = writer.put_disk_file(
        [&](std::span<std::uint8_t> buffer) {
          cancel.check();
          const std::size_t count = touch([&] { return os::read_full(fd, buffer, path); });
          progress.advance(0, count);
          return count;
        },
        hint_of(data_set, path),
        read.stat.size < store::kMinSharedFile ? nullptr : file);
    const os::FileStat after = touch([&] { return os::stat_fd(fd, path); });
    if (read.stat == after && read.entry.size == after.size) {
      read.entry.kind =
          after.is_executable() ? store::EntryKind::executable : store::EntryKind::file;
      read.entry.files = 1;
      return read;
    }
  }
  throw Unreadable{fmt::format("changed while it was read, {} times", kReadAttempts)};
}

store::Entry read_link_entry(const os::Beneath& tree,
                             std::string_view data_set,
                             const std::string& path,
                             store::Writer& writer) {
  const std::string target = touch([&] { return tree.read_link(path); });
  store::Entry entry;
  entry.kind = store::EntryKind::symlink;
  entry.size = target.size();
  entry.files = 1;
  entry.id = writer.put(store::ObjectType::chunk, codec::as_bytes(target), hint_of(data_set, path));
  return entry;
}

}  // namespace mlops::workspace
