#include "store/roots.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "os/random.h"

namespace mlops::store {

namespace {

constexpr std::uint64_t kMaxRootBytes = 4096;

constexpr std::uint64_t kMaxContentBytes = 16384;  ///< a root and a path

/// "r1:…", and then maybe a path.
std::optional<ObjectId> root_of_content(std::string_view text) {
  return parse_root(text.substr(0, text.find('\n')));
}

Root make_root(const Entry& top) {
  Root root;
  root.top = top;
  os::random_bytes(root.salt);
  return root;
}

bool has_same_content(const Entry& a, const Entry& b) {
  return a.kind == b.kind && a.id == b.id && a.size == b.size && a.files == b.files;
}

}  // namespace

std::optional<Root> Roots::read(const fs::path& file, const ObjectId& root) {
  const auto stat = os::lstat_file(file);
  if (!stat) {
    return std::nullopt;
  }
  if (stat->kind != os::FileKind::regular || stat->size > kMaxRootBytes) {
    throw Error(
        ErrorKind::corrupt, "root " + root.hex() + " is not a root file", "mlops data fsck");
  }
  const auto text = os::read_file_if_exists(file, kMaxRootBytes);
  if (!text) {
    return std::nullopt;
  }
  const auto bytes = codec::as_bytes(*text);
  if (compute_id(ObjectType::root, bytes) != root) {
    throw Error(ErrorKind::corrupt,
                "root " + root.hex() + ": content does not match its id",
                "mlops data fsck");
  }
  return decode_root(bytes, root);
}

std::optional<Root> Roots::find(const ObjectId& root) const {
  return read(layout_.roots() / root.hex(), root);
}

std::optional<Root> Roots::find_partial(const ObjectId& root) const {
  auto whole = find(root);
  return whole ? std::move(whole) : read(layout_.partial() / root.hex(), root);
}

std::vector<ObjectId> Roots::list_partial() const {
  std::vector<ObjectId> ids;
  if (!os::lstat_file(layout_.partial())) {
    return ids;
  }
  for (const std::string& name : os::list_directory(layout_.partial())) {
    if (const auto id = ObjectId::parse(name)) {
      ids.push_back(*id);
    }
  }
  return ids;
}

void Roots::add_partial(const ObjectId& id, const Root& root) {
  os::make_directories(layout_.partial(), os::Durability::durable);
  write(layout_.partial(), id, root);
}

std::optional<std::pair<ObjectId, Root>> Roots::find_partial_of(const Entry& top) const {
  for (const ObjectId& id : list_partial()) {
    try {
      auto root = read(layout_.partial() / id.hex(), id);
      if (root && has_same_content(root->top, top)) {
        return std::pair(id, std::move(*root));
      }
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      continue;  // as in follow()
    }
  }
  return std::nullopt;
}

ObjectId Roots::add_partial(const Entry& top) {
  const Root root = make_root(top);
  const ObjectId id = compute_id(ObjectType::root, encode_root(root));
  add_partial(id, root);
  return id;
}

void Roots::remove_partial(const ObjectId& id) {
  if (os::lstat_file(layout_.partial()) && os::remove_file(layout_.partial() / id.hex())) {
    os::sync_directory(layout_.partial());
  }
}

fs::path Roots::content_path(const Entry& top) const {
  // The encoding of a root without salt: everything that tells two contents apart.
  Root unsalted;
  unsalted.top = top;
  const ObjectId key = ObjectId{codec::sha256(encode_root(unsalted))};
  return layout_.contents() / key.hex();
}

std::optional<std::pair<ObjectId, Root>> Roots::follow(const fs::path& entry) const {
  const auto stat = os::lstat_file(entry);
  if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxContentBytes) {
    return std::nullopt;
  }
  const auto text = os::read_file_if_exists(entry, kMaxContentBytes);
  const auto id = text ? root_of_content(*text) : std::nullopt;
  if (!id) {
    return std::nullopt;
  }
  try {
    auto root = find(*id);
    return root ? std::optional(std::pair(*id, std::move(*root))) : std::nullopt;
  } catch (const Error& error) {
    // A damaged root is of no use for new pointers; fsck names it.
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return std::nullopt;
  }
}

std::optional<ObjectId> Roots::find_of(const Entry& top) const {
  const auto found = follow(content_path(top));
  return found && has_same_content(found->second.top, top) ? std::optional(found->first)
                                                           : std::nullopt;
}

bool Roots::is_content_entry(const std::string& name) const {
  const auto found = follow(layout_.contents() / name);
  return found && content_path(found->second.top).filename() == name;
}

std::vector<ObjectId> Roots::list() const {
  std::vector<ObjectId> ids;
  for (const std::string& name : os::list_directory(layout_.roots())) {
    if (const auto id = ObjectId::parse(name)) {
      ids.push_back(*id);
    }
  }
  return ids;
}

std::string Roots::find_data_set(const ObjectId& id, const Root& root) const {
  const fs::path path = content_path(root.top);
  const auto stat = os::lstat_file(path);
  if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxContentBytes) {
    return {};
  }
  const auto text = os::read_file_if_exists(path, kMaxContentBytes);
  if (!text || root_of_content(*text) != id || !text->ends_with('\n')) {
    return {};
  }
  const std::size_t start = text->find('\n') + 1;
  return start < text->size() ? text->substr(start, text->size() - start - 1) : std::string();
}

void Roots::remove(const ObjectId& id) {
  try {
    if (const auto root = find(id); root && find_of(root->top) == id) {
      os::remove_file(content_path(root->top));
    }
  } catch (const Error& error) {
    // A damaged root names no content; an entry that leads to it counts as absent.
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
  }
  os::remove_file(layout_.roots() / id.hex());
}

ObjectId Roots::add(const Entry& top, std::string_view data_set) {
  const Root root = make_root(top);
  const ObjectId id = compute_id(ObjectType::root, encode_root(root));
  write_content_entry(id, top, data_set);
  write(layout_.roots(), id, root);
  return id;
}

/// The map comes first: when it fails, nothing is committed; when the root does not follow, it
/// leads nowhere and counts as absent.
void Roots::write_content_entry(const ObjectId& id, const Entry& top, std::string_view data_set) {
  std::string entry = format_root(id) + "\n";
  if (!data_set.empty()) {
    entry.append(data_set).append("\n");
  }
  os::write_file_atomic(content_path(top), entry, os::Durability::relaxed);
}

void Roots::write(const fs::path& directory, const ObjectId& id, const Root& root) {
  os::TempFile file(layout_.temporary());
  file.write(encode_root(root));
  file.publish(directory / id.hex(), os::Durability::durable, os::TempFile::Replace::yes, 0444);
}

void Roots::take_over(const ObjectId& id, const Root& root, std::string_view data_set) {
  if (!find_of(root.top)) {
    write_content_entry(id, root.top, data_set);
  }
  write(layout_.roots(), id, root);
  remove_partial(id);
}

void Roots::sync() {
  os::sync_directory(layout_.roots());
}

bool Roots::restore_content_entry(const ObjectId& id, const Root& root) {
  if (find_of(root.top)) {
    return false;
  }
  os::write_file_atomic(content_path(root.top), format_root(id) + "\n", os::Durability::relaxed);
  return true;
}

}  // namespace mlops::store
