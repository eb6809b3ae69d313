#include "store/clones.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "os/random.h"

namespace mlops::store {

namespace {

constexpr std::string_view kRecordMagic = "mlops-clone 1\n";
constexpr std::string_view kInode = "inode ";
constexpr std::uint64_t kMaxRecordBytes = 64U << 10U;
constexpr std::uint64_t kMaxIdBytes = 64;
constexpr std::size_t kIdDigits = 32;

/// What a record holds: the file system's number of the id file tells a clone that was moved from
/// a copy of it.
struct Record {
  std::uint64_t inode = 0;
  fs::path common_dir;
};

bool is_id(std::string_view text) {
  return text.size() == kIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

fs::path id_file_of(const fs::path& common_dir) {
  return common_dir / "mlops" / "clone-id";
}

/// Nothing when there is none.
std::optional<std::string> find_id(const fs::path& common_dir) {
  const fs::path file = id_file_of(common_dir);
  const auto text = os::read_file_if_exists(file, kMaxIdBytes);
  if (!text) {
    return std::nullopt;
  }
  const std::string_view id = trim(*text);
  if (!is_id(id)) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not the id of a clone", quote(file.string())),
                shell_join({"rm", "--", file.string()}));
  }
  return std::string(id);
}

std::string encode_record(const Record& record) {
  return fmt::format("{}{}{}\n{}", kRecordMagic, kInode, record.inode, record.common_dir.native());
}

std::optional<Record> decode_record(std::string_view text) {
  if (!text.starts_with(kRecordMagic)) {
    return std::nullopt;
  }
  text.remove_prefix(kRecordMagic.size());
  const std::size_t end = text.find('\n');
  if (!text.starts_with(kInode) || end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view digits = text.substr(kInode.size(), end - kInode.size());
  const std::string_view path = text.substr(end + 1);
  std::uint64_t inode = 0;
  const auto parsed = std::from_chars(digits.begin(), digits.end(), inode);
  if (parsed.ec != std::errc() || parsed.ptr != digits.end() || !path.starts_with('/') ||
      path.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  return Record{inode, fs::path(path)};
}

std::optional<Record> find_record(const fs::path& file) {
  const auto text = os::read_file_if_exists(file, kMaxRecordBytes);
  if (!text) {
    return std::nullopt;
  }
  auto record = decode_record(*text);
  if (!record) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not the record of a clone", quote(file.string())),
                shell_join({"rm", "--", file.string()}) +
                    ", then run any mlops command in each clone that uses the store");
  }
  return record;
}

/// A new id in the clone; of two processes that come at once, both get the first one's.
std::string make_id(const fs::path& common_dir, os::TempFile::Replace replace) {
  std::array<std::uint8_t, kIdDigits / 2> bytes{};
  os::random_bytes(bytes);
  std::string id = to_hex(bytes);
  const fs::path file = id_file_of(common_dir);
  os::make_directories(file.parent_path(), os::Durability::durable);
  os::TempFile temp(file.parent_path());
  temp.write(codec::as_bytes(id + "\n"));
  try {
    temp.publish(file, os::Durability::durable, replace);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) {
      throw;
    }
    return find_id(common_dir).value_or(id);
  }
  return id;
}

}  // namespace

void Clones::enter(const fs::path& common_dir) {
  auto id = find_id(common_dir);
  if (!id) {
    id = make_id(common_dir, os::TempFile::Replace::no);
  }
  const auto inode_now = [&] {
    const auto stat = os::lstat_file(id_file_of(common_dir));
    return stat ? stat->ino : 0;
  };
  auto record = find_record(layout_.clones() / *id);
  if (record && record->common_dir == common_dir && record->inode == inode_now()) {
    return;
  }
  if (record && record->common_dir != common_dir && record->inode != inode_now()) {
    // The original may still be there, or on a disk that is not: its record must stay.
    id = make_id(common_dir, os::TempFile::Replace::yes);
  }
  os::write_file_atomic(
      layout_.clones() / *id, encode_record({inode_now(), common_dir}), os::Durability::durable);
}

void Clones::sync() const {
  os::sync_directory(layout_.clones());
}

std::vector<Clone> Clones::list() const {
  std::vector<Clone> clones;
  for (const std::string& name : os::list_directory(layout_.clones())) {
    const fs::path file = layout_.clones() / name;
    if (!is_id(name)) {
      continue;
    }
    if (auto record = find_record(file)) {
      clones.push_back({name, std::move(record->common_dir), file});
    }
  }
  return clones;
}

std::string clone_problem(const Clone& clone) {
  const auto id = find_id(clone.common_dir);
  if (!id) {
    return "is not there";
  }
  return *id == clone.id ? "" : "is not there: another clone is in its place";
}

}  // namespace mlops::store
