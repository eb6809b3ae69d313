#include "store/layout.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::store {

namespace {

constexpr std::string_view kFormat = "mlops-store 1\n";
constexpr std::string_view kFormatName = "mlops-store ";
constexpr std::uint64_t kMaxFormatBytes = 4096;

std::string fan_out_name(std::size_t value) {
  const std::array<std::uint8_t, 1> byte = {static_cast<std::uint8_t>(value)};
  return to_hex(byte);
}

bool is_store_directory(const fs::path& path) {
  const auto stat = os::lstat_file(path);
  return stat && stat->kind == os::FileKind::directory;
}

std::array<fs::path, 7> directories_of(const Layout& layout) {
  return {layout.packs(),
          layout.indexes(),
          layout.roots(),
          layout.contents(),
          layout.results(),
          layout.clones(),
          layout.temporary()};
}

/// As git's safe.directory: whoever owns a store decides what is read from it.
void check_owner(const fs::path& path, std::uint32_t owner) {
  if (owner != os::current_user()) {
    throw Error(ErrorKind::config,
                fmt::format("{} belongs to user {}, not to you (user {})",
                            quote(path.string()),
                            owner,
                            os::current_user()),
                "run as that user, or use a store of your own: mlops config store.path DIRECTORY");
  }
}

void check_directories(const Layout& layout) {
  for (const fs::path& path : directories_of(layout)) {
    const auto stat = os::lstat_file(path);
    if (!stat || stat->kind != os::FileKind::directory) {
      throw Error(
          ErrorKind::config,
          quote(path.string()) + " is not a directory of the store (a link is not followed)",
          "put a directory there, or use another store: mlops config store.path DIRECTORY");
    }
    check_owner(path, stat->owner);
  }
}

/// Tools that copy a store may leave out directories that are empty.
bool lacks_directory(const Layout& layout) {
  const auto paths = directories_of(layout);
  return std::any_of(
      paths.begin(), paths.end(), [](const fs::path& path) { return !os::lstat_file(path); });
}

/// "read <feature>" must be known to read the store, "write <feature>" to change it.
Access check_format(const Layout& layout, const std::string& text) {
  const std::string where = quote(layout.format().string());
  const auto lines = split(text, '\n');
  if (!lines.front().starts_with(kFormatName) || !lines.back().empty()) {
    throw Error(ErrorKind::config,
                where + " is not the format file of a store",
                "name a store, or an empty directory: mlops config store.path DIRECTORY");
  }
  if (lines.front() != trim(kFormat)) {
    throw Error(ErrorKind::config,
                where + ": this version of mlops does not know format " +
                    quote(lines.front().substr(kFormatName.size())),
                "install a newer mlops");
  }
  Access access = Access::read_write;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    if (lines[i].starts_with("write ")) {
      access = Access::read_only;
    } else {
      throw Error(ErrorKind::config,
                  where + ": this version of mlops does not know feature " + quote(lines[i]),
                  "install a newer mlops");
    }
  }
  return access;
}

void create_directories(const Layout& layout) {
  os::make_directories(layout.top, os::Durability::durable);
  for (const fs::path& path : directories_of(layout)) {
    os::make_directories(path);
  }
  for (std::size_t value = 0; value < 256; ++value) {
    os::make_directories(layout.packs() / fan_out_name(value));
  }
  check_directories(layout);
  os::sync_directory(layout.packs());
  os::sync_directory(layout.top);
  os::sync_directory(layout.top.parent_path());
}

}  // namespace

fs::path Layout::pack_directory(const PackName& name) const {
  return packs() / fan_out_name(name[0]);
}

fs::path Layout::pack(const PackName& name) const {
  return pack_directory(name) / to_hex(name);
}

Access open_layout(const Layout& layout) {
  if (os::lstat_file(layout.top)) {
    check_owner(layout.top, os::stat_fd(os::open_read(layout.top), layout.top).owner);
  }
  auto text = os::read_file_if_exists(layout.format(), kMaxFormatBytes);
  if (!text) {
    // The format file comes last: a store that has one is complete.
    create_directories(layout);
    os::write_file_atomic(layout.format(), kFormat, os::Durability::durable);
    text = os::read_file(layout.format(), kMaxFormatBytes);
  }
  const Access access = check_format(layout, *text);
  if (lacks_directory(layout)) {
    create_directories(layout);
  }
  check_directories(layout);
  return access;
}

std::vector<PackName> list_packs(const Layout& layout) {
  std::vector<PackName> names;
  for (std::size_t value = 0; value < 256; ++value) {
    const fs::path directory = layout.packs() / fan_out_name(value);
    if (!is_store_directory(directory)) {
      continue;
    }
    for (const std::string& file : os::list_directory(directory)) {
      PackName name;
      if (from_hex(file, name) && name[0] == value) {
        names.push_back(name);
      }
    }
  }
  return names;
}

}  // namespace mlops::store
