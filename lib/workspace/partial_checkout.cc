#include "workspace/partial_checkout.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "workspace/data_sets.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// More than a path, a root and the parts that somebody names by hand.
constexpr std::uint64_t kMaxNoteBytes = 1U << 20U;

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
  if (const auto parts = sparse_parts(workspace, from)) {
    note_partial_checkout(workspace, to, *parts);
  }
}

std::optional<store::Entry> version_to_complete(Workspace& workspace,
                                                std::string_view data_set,
                                                const store::Entry& pointed) {
  const auto note = os::read_file_if_exists(unfinished_note_of(workspace, data_set), kMaxNoteBytes);
  if (note) {
    const auto id = store::parse_root(note->substr(0, note->find('\n')));
    const auto root = id ? workspace.store().find_partial_root(*id) : std::nullopt;
    return root ? root->top : pointed;
  }
  return is_partly_checked_out(workspace, data_set) ? std::optional(pointed) : std::nullopt;
}

std::optional<Parts> sparse_parts(const Workspace& workspace, std::string_view data_set) {
  const fs::path file = note_of(workspace, data_set);
  const auto note = os::read_file_if_exists(file, kMaxNoteBytes);
  if (!note) {
    return std::nullopt;
  }
  const std::vector<std::string_view> fields = split(*note, '\0');
  Parts parts(fields.begin() + 1, fields.end());
  const bool is_sound =
      fields[0] == data_set && std::all_of(parts.begin(), parts.end(), [&](const auto& part) {
        return !part.empty() && path_problem(join_path(data_set, part)).empty();
      });
  if (!is_sound) {
    throw Error(
        ErrorKind::config,
        fmt::format("the note of the parts of {} cannot be read: {}",
                    quote(data_set),
                    quote(file.string())),
        shell_join({"mlops", "data", "checkout", "--full", "--", workspace.to_display(data_set)}));
  }
  return parts;
}

bool is_in_parts(const Parts& parts, std::string_view path) {
  return std::any_of(
      parts.begin(), parts.end(), [&](const std::string& part) { return is_within(path, part); });
}

std::uint64_t count_in_parts(const store::Store& store,
                             const Parts& parts,
                             const store::Entry& entry,
                             std::string_view path) {
  if (is_in_parts(parts, path)) {
    return entry.files;
  }
  std::uint64_t files = 0;
  for (const std::string& part : parts) {
    if (path.empty() || is_within(part, path)) {
      const auto below = find_below(store, entry, path.empty() ? part : remainder_of(part, path));
      files += below ? below->files : 0;
    }
  }
  return files;
}

void note_partial_checkout(const Workspace& workspace,
                           std::string_view data_set,
                           const Parts& parts) {
  Parts all = sparse_parts(workspace, data_set).value_or(Parts());
  for (const std::string& part : parts) {
    if (!is_in_parts(all, part)) {
      std::erase_if(all, [&](const std::string& other) { return is_within(other, part); });
      all.push_back(part);
    }
  }
  std::sort(all.begin(), all.end());
  std::string text(data_set);
  for (const std::string& part : all) {
    text.append(1, '\0').append(part);
  }
  if (text.size() > kMaxNoteBytes) {
    throw Error(ErrorKind::config,
                fmt::format("{} has too many parts", quote(data_set)),
                "check out directories, not file by file");
  }
  write_note(note_of(workspace, data_set), text);
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

KeptAbsent keep_absent(const store::Store& store,
                       const store::Entry& before,
                       std::string_view remainder,
                       const Parts& parts,
                       store::Node& node) {
  const auto directory = find_below(store, before, remainder);
  if (!directory || directory->kind != store::EntryKind::directory) {
    return {};
  }
  std::set<std::string> present;
  for (const store::Entry& entry : node.entries) {
    present.insert(entry.name);
  }
  KeptAbsent kept;
  for (store::Entry& entry : store.read_node(directory->id).entries) {
    if (!present.contains(entry.name)) {
      kept.files += entry.files;
      kept.in_parts += count_in_parts(store, parts, entry, join_path(remainder, entry.name));
      node.entries.push_back(std::move(entry));
    }
  }
  return kept;
}

}  // namespace mlops::workspace
