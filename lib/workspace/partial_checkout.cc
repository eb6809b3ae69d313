#include "workspace/partial_checkout.h"

#include <set>
#include <string>
#include <utility>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "workspace/data_sets.h"

namespace mlops::workspace {

namespace {

fs::path note_of(const Workspace& workspace, std::string_view data_set) {
  return workspace.partial_directory() / to_hex(codec::sha256(codec::as_bytes(data_set)));
}

}  // namespace

bool is_partly_checked_out(const Workspace& workspace, std::string_view data_set) {
  return os::lstat_file(note_of(workspace, data_set)).has_value();
}

void note_partial_checkout(const Workspace& workspace, std::string_view data_set) {
  const fs::path note = note_of(workspace, data_set);
  os::make_directories(note.parent_path(), os::Durability::durable);
  os::write_file_atomic(note, data_set, os::Durability::durable);
}

void forget_partial_checkout(const Workspace& workspace, std::string_view data_set) {
  const fs::path note = note_of(workspace, data_set);
  if (os::remove_file(note)) {
    os::sync_directory(note.parent_path());
  }
}

void keep_absent(const store::Store& store,
                 const store::Entry& before,
                 std::string_view remainder,
                 store::Node& node) {
  const auto directory = find_below(store, before, remainder);
  if (!directory || directory->kind != store::EntryKind::directory) {
    return;
  }
  std::set<std::string> present;
  for (const store::Entry& entry : node.entries) {
    present.insert(entry.name);
  }
  for (store::Entry& entry : store.read_node(directory->id).entries) {
    if (!present.contains(entry.name)) {
      node.entries.push_back(std::move(entry));
    }
  }
}

}  // namespace mlops::workspace
