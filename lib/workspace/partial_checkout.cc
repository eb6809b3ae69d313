#include "workspace/partial_checkout.h"

#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "workspace/data_sets.h"

namespace mlops::workspace {

namespace {

/// More than a path and a root.
constexpr std::uint64_t kMaxNoteBytes = 64U << 10U;

fs::path note_of(const Workspace& workspace, std::string_view data_set) {
  return workspace.partial_directory() / to_hex(codec::sha256(codec::as_bytes(data_set)));
}

fs::path unfinished_note_of(const Workspace& workspace, std::string_view data_set) {
  fs::path note = note_of(workspace, data_set);
  note += ".unfinished";
  return note;
}

void write_note(const fs::path& note, std::string_view text) {
  os::make_directories(note.parent_path(), os::Durability::durable);
  os::write_file_atomic(note, text, os::Durability::durable);
}

void remove_note(const fs::path& note) {
  if (os::remove_file(note)) {
    os::sync_directory(note.parent_path());
  }
}

}  // namespace

bool is_partly_checked_out(const Workspace& workspace, std::string_view data_set) {
  return os::lstat_file(note_of(workspace, data_set)).has_value() ||
         is_checkout_unfinished(workspace, data_set);
}

void copy_checkout_notes(const Workspace& workspace,
                         std::string_view from,
                         std::string_view to,
                         const store::ObjectId& root) {
  if (const auto note =
          os::read_file_if_exists(unfinished_note_of(workspace, from), kMaxNoteBytes)) {
    const auto noted = store::parse_root(note->substr(0, note->find('\n')));
    note_unfinished_checkout(workspace, to, noted.value_or(root));
  }
  if (os::lstat_file(note_of(workspace, from))) {
    note_partial_checkout(workspace, to);
  }
}

std::optional<store::Entry> version_to_complete(Workspace& workspace,
                                                std::string_view data_set,
                                                const store::Entry& pointed) {
  const auto note = os::read_file_if_exists(unfinished_note_of(workspace, data_set), kMaxNoteBytes);
  if (note) {
    const auto id = store::parse_root(note->substr(0, note->find('\n')));
    const auto root = id ? workspace.store().find_root(*id) : std::nullopt;
    return root ? root->top : pointed;
  }
  return is_partly_checked_out(workspace, data_set) ? std::optional(pointed) : std::nullopt;
}

void note_partial_checkout(const Workspace& workspace, std::string_view data_set) {
  write_note(note_of(workspace, data_set), data_set);
}

void forget_partial_checkout(const Workspace& workspace, std::string_view data_set) {
  remove_note(note_of(workspace, data_set));
}

bool is_checkout_unfinished(const Workspace& workspace, std::string_view data_set) {
  return os::lstat_file(unfinished_note_of(workspace, data_set)).has_value();
}

void note_unfinished_checkout(const Workspace& workspace,
                              std::string_view data_set,
                              const store::ObjectId& root) {
  write_note(unfinished_note_of(workspace, data_set),
             fmt::format("{}\n{}", store::format_root(root), data_set));
}

void forget_unfinished_checkout(const Workspace& workspace, std::string_view data_set) {
  // Not synced, as the files are not: a power cut that tears them rather leaves the note.
  os::remove_file(unfinished_note_of(workspace, data_set));
}

std::uint64_t keep_absent(const store::Store& store,
                          const store::Entry& before,
                          std::string_view remainder,
                          store::Node& node) {
  const auto directory = find_below(store, before, remainder);
  if (!directory || directory->kind != store::EntryKind::directory) {
    return 0;
  }
  std::set<std::string> present;
  for (const store::Entry& entry : node.entries) {
    present.insert(entry.name);
  }
  std::uint64_t kept = 0;
  for (store::Entry& entry : store.read_node(directory->id).entries) {
    if (!present.contains(entry.name)) {
      kept += entry.files;
      node.entries.push_back(std::move(entry));
    }
  }
  return kept;
}

}  // namespace mlops::workspace
