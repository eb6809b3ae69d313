#include "store/foreign.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::store {

namespace {

/// File: kMagic, then a line for each version, "<foreign id> <root>\n", ascending by the bytes of
/// the foreign id. Its name is the SHA-256 of its bytes.
constexpr std::string_view kMagic = "mlops-foreign 1\n";
constexpr std::uint64_t kMaxFileBytes = 64U << 20U;
constexpr std::size_t kMaxVersions = 400'000;  ///< of at most 163 bytes in a file

struct HashName {
  ForeignId::Hash hash;
  std::string_view name;
  std::size_t digits;
};
constexpr std::array<HashName, 3> kHashes{
    HashName{ForeignId::Hash::md5, "md5", 32},
    HashName{ForeignId::Hash::md5_dos2unix, "md5-dos2unix", 32},
    HashName{ForeignId::Hash::sha256, "sha256", 64}};

constexpr std::string_view kDirectory = ".dir";
constexpr std::string_view kExecutable = ".exec";

bool is_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool takes(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) {
    return false;
  }
  text.remove_suffix(ending.size());
  return true;
}

/// Empty when the text is a file of the map, whose versions it then adds.
std::string read_versions(std::string_view text, std::map<ForeignId, ObjectId>& versions) {
  if (!text.starts_with(kMagic) || !text.ends_with('\n')) {
    return "is no list of foreign versions of a known form";
  }
  text.remove_prefix(kMagic.size());
  std::string_view before;
  for (std::size_t line = 2; !text.empty(); ++line) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    const auto words = split(whole, ' ');
    const auto id = parse_foreign(words[0]);
    const auto root = words.size() == 2 ? parse_root(words[1]) : std::nullopt;
    if (!id || !root || words[0] <= before) {
      return fmt::format("line {} is no foreign version, or out of order", line);
    }
    versions.insert_or_assign(*id, *root);
    before = words[0];
    text.remove_prefix(whole.size() + 1);
  }
  return {};
}

std::string load_file(const fs::path& file, std::map<ForeignId, ObjectId>& versions) {
  const auto stat = os::lstat_file(file);
  if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxFileBytes) {
    return "is no list of foreign versions";
  }
  const auto text = os::read_file_if_exists(file, kMaxFileBytes);
  if (!text || to_hex(codec::sha256(codec::as_bytes(*text))) != file.filename().string()) {
    return "does not have the content that its name says";
  }
  return read_versions(*text, versions);
}

std::string format_versions(std::vector<std::string>& lines) {
  std::sort(lines.begin(), lines.end());
  return std::string(kMagic) + join(lines, "");
}

}  // namespace

std::string format_foreign(const ForeignId& id) {
  const auto name = std::find_if(
      kHashes.begin(), kHashes.end(), [&](const HashName& hash) { return hash.hash == id.hash; });
  return fmt::format("{}:{}{}",
                     name->name,
                     id.digest,
                     id.kind == EntryKind::directory    ? kDirectory
                     : id.kind == EntryKind::executable ? kExecutable
                                                        : "");
}

std::optional<ForeignId> parse_foreign(std::string_view text) {
  ForeignId id;
  if (takes(text, kDirectory)) {
    id.kind = EntryKind::directory;
  } else if (takes(text, kExecutable)) {
    id.kind = EntryKind::executable;
  }
  const std::size_t colon = text.find(':');
  const auto name = std::find_if(kHashes.begin(), kHashes.end(), [&](const HashName& hash) {
    return hash.name == text.substr(0, colon);
  });
  if (colon == std::string_view::npos || name == kHashes.end()) {
    return std::nullopt;
  }
  id.hash = name->hash;
  id.digest = text.substr(colon + 1);
  const bool is_hex = std::all_of(id.digest.begin(), id.digest.end(), is_digit);
  return is_hex && id.digest.size() == name->digits ? std::optional(std::move(id)) : std::nullopt;
}

bool has_foreign_versions(const fs::path& store) {
  return os::lstat_file(Layout{store}.foreign()).has_value();
}

std::vector<fs::path> ForeignVersions::files() const {
  const auto stat = os::lstat_file(layout_.foreign());
  if (!stat) {
    return {};
  }
  if (stat->kind != os::FileKind::directory || stat->owner != os::current_user()) {
    throw Error(ErrorKind::config,
                quote(layout_.foreign().string()) + " is not a directory of the store",
                "put back the directory that was there");
  }
  std::vector<fs::path> files;
  for (const std::string& name : os::list_directory(layout_.foreign())) {
    if (ObjectId::parse(name)) {
      files.push_back(layout_.foreign() / name);
    }
  }
  return files;
}

const ForeignVersions::Map& ForeignVersions::load() const {
  if (map_) {
    return *map_;
  }
  Map map;
  loaded_ = files();
  damaged_.clear();
  for (const fs::path& file : loaded_) {
    Map more;
    if (std::string problem = load_file(file, more); !problem.empty()) {
      damaged_.push_back({file, std::move(problem)});
      continue;
    }
    for (const auto& [id, root] : more) {
      // Taken over again after gc had removed the first root.
      if (const auto [known, is_new] = map.emplace(id, root); !is_new && !has_root(known->second)) {
        known->second = root;
      }
    }
  }
  for (const auto& [id, root] : map) {
    by_digest_.emplace(id.digest, root);
  }
  return map_.emplace(std::move(map));
}

bool ForeignVersions::has_root(const ObjectId& root) const {
  return os::lstat_file(layout_.roots() / root.hex()).has_value();
}

bool ForeignVersions::has_any() const {
  return !load().empty() || !damaged_.empty();
}

bool ForeignVersions::has_any_of(ForeignId::Hash hash) const {
  const Map& map = load();
  const auto first = map.lower_bound({hash, EntryKind{}, {}});
  return !damaged_.empty() || (first != map.end() && first->first.hash == hash);
}

std::optional<ObjectId> ForeignVersions::find(const ForeignId& id) const {
  const Map& map = load();
  const auto found = map.find(id);
  return found != map.end() && has_root(found->second) ? std::optional(found->second)
                                                       : std::nullopt;
}

std::vector<ObjectId> ForeignVersions::find_roots_in(std::string_view text) const {
  std::vector<ObjectId> roots;
  const bool is_empty = load().empty();
  if (!damaged_.empty()) {
    throw Error(
        ErrorKind::corrupt,
        fmt::format("{} {}", quote(damaged_.front().file.string()), damaged_.front().problem),
        "where the other tool's cache is still there: remove the file, and mlops convert "
        "again");
  }
  if (is_empty) {
    return roots;
  }
  for (std::size_t at = 0; at < text.size();) {
    const auto end =
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit);
    const auto length = static_cast<std::size_t>(end - text.begin()) - at;
    if (length >= kHashes.front().digits) {
      const auto range = by_digest_.equal_range(std::string(text.substr(at, length)));
      std::transform(range.first, range.second, std::back_inserter(roots), [](const auto& entry) {
        return entry.second;
      });
    }
    at += length + 1;
  }
  return roots;
}

void ForeignVersions::add(const Map& versions) {
  std::vector<std::string> lines;
  for (const auto& [id, root] : versions) {
    const auto known = find(id);
    if (known != root) {
      lines.push_back(fmt::format("{} {}\n", format_foreign(id), format_root(root)));
    }
  }
  if (lines.empty()) {
    return;
  }
  os::make_directories(layout_.foreign(), os::Durability::durable);
  for (std::size_t from = 0; from < lines.size(); from += kMaxVersions) {
    std::vector<std::string> some(
        lines.begin() + static_cast<std::ptrdiff_t>(from),
        lines.begin() + static_cast<std::ptrdiff_t>(std::min(from + kMaxVersions, lines.size())));
    const std::string text = format_versions(some);
    const auto bytes = codec::as_bytes(text);
    os::TempFile file(layout_.temporary());
    file.write(bytes);
    file.publish(layout_.foreign() / to_hex(codec::sha256(bytes)),
                 os::Durability::durable,
                 os::TempFile::Replace::yes,
                 0444);
  }
  reload();
}

bool ForeignVersions::reload() const {
  if (map_ && files() == loaded_) {
    return false;
  }
  map_.reset();
  by_digest_.clear();
  return true;
}

std::vector<ForeignVersions::Problem> ForeignVersions::find_problems() const {
  std::vector<Problem> problems;
  for (const fs::path& file : files()) {
    Map unused;
    if (std::string problem = load_file(file, unused); !problem.empty()) {
      problems.push_back({file, std::move(problem)});
    }
  }
  return problems;
}

const std::vector<ForeignVersions::Problem>& ForeignVersions::damaged() const {
  load();
  return damaged_;
}

std::vector<fs::path> ForeignVersions::find_dead() const {
  std::vector<fs::path> dead;
  for (const fs::path& file : files()) {
    Map map;
    if (load_file(file, map).empty() &&
        std::none_of(
            map.begin(), map.end(), [&](const auto& entry) { return has_root(entry.second); })) {
      dead.push_back(file);
    }
  }
  return dead;
}

}  // namespace mlops::store
