#include "workspace/foreign_pointers.h"

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "workspace/lfs_pointer.h"

namespace mlops::workspace {

std::vector<std::string> list_foreign_suffixes(const store::ForeignVersions& versions) {
  if (versions.has_any_of(store::ForeignId::Hash::sha256)) {
    return {""};
  }
  return versions.has_any() ? std::vector<std::string>(kDvcNames.begin(), kDvcNames.end())
                            : std::vector<std::string>();
}

Pointer ForeignPointers::resolve(const store::ForeignId& id, Pointer pointer) const {
  const auto root = store_.foreign().find(id);
  if (!root) {
    // As good a root as any that the store lacks; two versions that are not here differ.
    pointer.foreign = store::format_foreign(id);
    pointer.root =
        store::ObjectId{codec::sha256(codec::as_bytes("not taken over: " + pointer.foreign))};
    return pointer;
  }
  pointer.root = *root;
  try {
    if (const auto found = store_.find_root(*root)) {
      pointer.files = found->top.files;
      pointer.bytes = found->top.size;
    }
  } catch (const Error& error) {
    // Whoever needs its content hears of it then.
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
  }
  return pointer;
}

Pointer ForeignPointers::resolve(const DvcOut& out) const {
  Pointer pointer;
  pointer.kind = out.id.kind == store::EntryKind::directory ? out.id.kind : store::EntryKind::file;
  pointer.files = out.files;
  pointer.bytes = out.bytes;
  return resolve(out.id, std::move(pointer));
}

ForeignPointers::Named ForeignPointers::read_dvc_file(std::string_view text,
                                                      std::string_view file,
                                                      const std::string& label) const {
  Named named;
  for (const DvcOut& out : parse_dvc_file(text, file, label)) {
    named.emplace_back(out.path, resolve(out));
  }
  return named;
}

std::optional<Pointer> ForeignPointers::read_lfs(std::string_view text, bool is_executable) const {
  const auto lfs = parse_lfs_pointer(text);
  if (!lfs || lfs->has_extensions) {
    return std::nullopt;
  }
  store::ForeignId id = lfs->id;
  id.kind = is_executable ? store::EntryKind::executable : store::EntryKind::file;
  Pointer pointer;
  pointer.files = 1;
  pointer.bytes = lfs->bytes;
  return resolve(id, std::move(pointer));
}

std::vector<LockedOut> ForeignPointers::read_dvc_lock(std::string_view text,
                                                      const std::optional<std::string>& pipeline,
                                                      std::string_view file,
                                                      const std::string& label) const {
  std::vector<LockedOut> outs;
  for (const DvcOut& out : parse_dvc_lock(text, pipeline, file, label)) {
    const Pointer pointer = resolve(out);
    outs.push_back({out.path, pointer.root, pointer.files, pointer.bytes});
  }
  return outs;
}

}  // namespace mlops::workspace
