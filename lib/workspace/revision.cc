#include "workspace/revision.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "workspace/data_sets.h"
#include "workspace/pointer.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"
#include "workspace/unknown_revision.h"

namespace mlops::workspace {

namespace {

constexpr std::uint64_t kMaxBlobBytes = 1ULL << 30U;
constexpr std::size_t kPieceBytes = 256U << 10U;

bool is_file(const git::TreeEntry& entry) {
  return entry.kind == git::EntryKind::file || entry.kind == git::EntryKind::executable;
}

}  // namespace

struct Revision::State {
  Workspace* workspace = nullptr;
  std::string name;
  git::Oid commit;
  std::vector<std::string> lock_files;
  std::map<std::string, std::optional<Pointer>, std::less<>> pointers;  ///< asked so far
  std::optional<std::vector<LockedOut>> outs;

  bool is_work_tree() const { return commit.empty(); }

  std::optional<std::string> read_tracked(std::string_view path, std::uint64_t max_bytes) const {
    if (is_work_tree()) {
      return workspace::read_text(workspace->tree(), path, max_bytes);
    }
    const auto entry = workspace->repository().find_entry(commit, path);
    if (!entry || !is_file(*entry)) {
      return std::nullopt;
    }
    return workspace->repository().read_blob(entry->oid, max_bytes);
  }

  /// The command that shows what there is at `path`, or what there is at all.
  std::string listing_of(std::string_view path) const {
    std::vector<std::string> words{"mlops", "data", "ls"};
    if (!is_work_tree()) {
      words.insert(words.end(), {"--rev", name});
    }
    if (!path.empty()) {
      words.insert(words.end(), {"--", workspace->to_display(path)});
    }
    return shell_join(words);
  }

  /// How messages name a file of this version.
  std::string label(std::string_view file) const {
    return is_work_tree() ? std::string(file) : fmt::format("{}:{}", name, file);
  }

  const std::optional<Pointer>& pointer_at(std::string_view path) {
    if (const auto known = pointers.find(path); known != pointers.end()) {
      return known->second;
    }
    const std::string file = pointer_path(path);
    std::optional<Pointer> pointer;
    if (const auto text = read_tracked(file, kMaxPointerBytes)) {
      pointer = parse_pointer(*text, label(file));
    }
    return pointers.emplace(path, std::move(pointer)).first->second;
  }

  const std::vector<LockedOut>& all_outs() {
    if (outs) {
      return *outs;
    }
    std::vector<LockedOut> all;
    for (const std::string& file : lock_files) {
      if (const auto text = read_tracked(file, kMaxLockBytes)) {
        for (LockedInstance& instance : parse_lock(*text, label(file)).instances) {
          std::move(instance.outs.begin(), instance.outs.end(), std::back_inserter(all));
        }
      }
    }
    std::sort(all.begin(), all.end(), [](const LockedOut& a, const LockedOut& b) {
      return a.path < b.path;
    });
    return outs.emplace(std::move(all));
  }

  std::optional<store::Entry> find_in_data_sets(std::string_view path) {
    for (std::string_view up = path; !up.empty(); up = parent_of(up)) {
      if (const auto& pointer = pointer_at(up)) {
        const store::Entry top =
            load_version(workspace->store(), *pointer, up, label(pointer_path(up)));
        return find_below(workspace->store(), top, remainder_of(path, up));
      }
    }
    return std::nullopt;
  }

  std::optional<store::Entry> find_in_outs(std::string_view path) {
    const auto& all = all_outs();
    for (std::string_view up = path; !up.empty(); up = parent_of(up)) {
      const auto out = std::lower_bound(
          all.begin(), all.end(), up, [](const LockedOut& a, std::string_view wanted) {
            return a.path < wanted;
          });
      if (out != all.end() && out->path == up) {
        const store::Entry top = load_top(workspace->store(), out->root, "out " + quote(up));
        return find_below(workspace->store(), top, remainder_of(path, up));
      }
    }
    return std::nullopt;
  }

  void read_work_tree_file(std::string_view path,
                           const std::function<void(std::span<const std::uint8_t>)>& sink) const {
    const os::Fd fd = workspace->tree().open_file(path);
    std::vector<std::uint8_t> buffer(kPieceBytes);
    while (true) {
      const std::size_t count = os::read_full(fd, buffer, std::string(path));
      sink(std::span(buffer).first(count));
      if (count < buffer.size()) {
        return;
      }
    }
  }
};

Revision Revision::open(Workspace& workspace,
                        const std::optional<std::string>& name,
                        std::vector<std::string> lock_files) {
  auto state = std::make_shared<State>();
  state->workspace = &workspace;
  state->lock_files = std::move(lock_files);
  state->name = name.value_or("work tree");
  if (name) {
    const auto commit = workspace.repository().find_commit(*name);
    if (!commit) {
      throw unknown_revision(workspace, *name);
    }
    state->commit = *commit;
  }
  return Revision(std::move(state));
}

Revision::Revision(std::shared_ptr<State> state) : state_(std::move(state)) {}

const std::string& Revision::name() const {
  return state_->name;
}
const git::Oid& Revision::commit() const {
  return state_->commit;
}

Revision::Located Revision::locate(std::string_view path) const {
  Located located;
  if (state_->is_work_tree()) {
    const auto stat = state_->workspace->tree().lstat(path);
    if (stat && stat->kind == os::FileKind::regular) {
      located.origin = Origin::work_tree;
      return located;
    }
  } else if (const auto entry = state_->workspace->repository().find_entry(state_->commit, path);
             entry && is_file(*entry)) {
    located.origin = Origin::git;
    located.blob = entry->oid;
    return located;
  }
  if (const auto entry = state_->find_in_data_sets(path)) {
    located.origin = Origin::data_set;
    located.entry = *entry;
  } else if (const auto out = state_->find_in_outs(path)) {
    located.origin = Origin::pipeline_out;
    located.entry = *out;
  }
  return located;
}

std::optional<store::Entry> Revision::find_data(std::string_view path) const {
  auto entry = state_->find_in_data_sets(path);
  return entry ? entry : state_->find_in_outs(path);
}

std::optional<Pointer> Revision::find_pointer(std::string_view data_set) const {
  return state_->pointer_at(data_set);
}

store::Entry Revision::load(std::string_view data_set, const Pointer& pointer) const {
  return load_version(
      state_->workspace->store(), pointer, data_set, state_->label(pointer_path(data_set)));
}

std::optional<std::string> Revision::read_text(std::string_view path,
                                               std::uint64_t max_bytes) const {
  return state_->read_tracked(path, max_bytes);
}

void Revision::read(std::string_view path,
                    const std::function<void(std::span<const std::uint8_t>)>& sink) const {
  const Located located = locate(path);
  switch (located.origin) {
    case Origin::absent:
      throw Error(ErrorKind::not_found,
                  fmt::format("{} is not in {}", quote(path), quote(state_->name)),
                  state_->listing_of({}));
    case Origin::git:
      sink(codec::as_bytes(state_->workspace->repository().read_blob(located.blob, kMaxBlobBytes)));
      return;
    case Origin::work_tree:
      state_->read_work_tree_file(path, sink);
      return;
    case Origin::data_set:
    case Origin::pipeline_out:
      break;
  }
  if (located.entry.kind != store::EntryKind::file &&
      located.entry.kind != store::EntryKind::executable) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} is no file in {}", quote(path), quote(state_->name)),
                state_->listing_of(path));
  }
  state_->workspace->store().read_file(located.entry, sink);
}

std::vector<std::pair<std::string, store::ObjectId>> Revision::list_roots() const {
  std::vector<std::pair<std::string, store::ObjectId>> roots;
  for (const auto& [path, pointer] : list_pointers()) {
    roots.emplace_back(path, pointer.root);
  }
  return roots;
}

std::vector<std::pair<std::string, Pointer>> Revision::list_pointers() const {
  std::vector<std::pair<std::string, Pointer>> pointers;
  if (state_->is_work_tree()) {
    for (const FoundPointer& found : find_pointers(*state_->workspace)) {
      if (!found.pointer) {
        throw Error(ErrorKind::config,
                    fmt::format("{}: {}", quote(pointer_path(found.path)), found.problem),
                    found.hint);
      }
      pointers.emplace_back(found.path, *found.pointer);
    }
    return pointers;
  }
  for (const git::TreeEntry& entry :
       state_->workspace->repository().list_tree(state_->commit, "")) {
    const auto path = data_set_of(entry.path);
    if (!path || !is_file(entry)) {
      continue;
    }
    check_path(*path, "data set");
    if (const auto& pointer = state_->pointer_at(*path)) {
      pointers.emplace_back(*path, *pointer);
    }
  }
  std::sort(pointers.begin(), pointers.end(), [](const auto& a, const auto& b) {
    return a.first < b.first;
  });
  return pointers;
}

std::vector<LockedOut> Revision::list_outs() const {
  return state_->all_outs();
}

}  // namespace mlops::workspace
