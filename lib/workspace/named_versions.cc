#include "workspace/named_versions.h"

#include <fmt/format.h>

#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

NamedVersion of(const Pointer& pointer) {
  return {pointer, pointer.root, {pointer.files, pointer.bytes}};
}

}  // namespace

void NamedVersions::open(const std::optional<std::string>& revision) {
  revision_.emplace(Revision::open(workspace_, revision));
}

void NamedVersions::name_all() {
  if (!revision_) {
    return;
  }
  if (is_work_tree()) {
    name_pointers_that_lie_here();
  } else {
    for (const git::TreeEntry& entry : workspace_.repository().list_tree(revision_->commit(), "")) {
      name_pointer(entry.path);
    }
  }
  name_outs();
}

/// False when there was something that cannot be read.
template <typename Action>
bool NamedVersions::note_failure(const Action& action) {
  try {
    action();
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config) {
      throw;
    }
    failures_.push_back(error);
    return false;
  }
}

void NamedVersions::name_pointer(std::string_view file) {
  if (!revision_) {
    return;
  }
  const bool is_read = note_failure([&] {
    for (const auto& [path, pointer] : revision_->read_pointers(file)) {
      named_[path] = of(pointer);
    }
  });
  if (!is_read) {
    // Of every tool, the pointer of a data set has its name and an ending more.
    unreadable_.emplace(file.substr(0, file.rfind('.')));
  }
}

void NamedVersions::name_outs() {
  if (!revision_) {
    return;
  }
  has_lock_ = note_failure([&] {
    for (const LockedOut& out : revision_->list_outs()) {
      named_.try_emplace(out.path, NamedVersion{std::nullopt, out.root, {out.files, out.bytes}});
    }
  });
}

void NamedVersions::name_pointers_that_lie_here() {
  for (const FoundPointer& found : find_pointers(workspace_)) {
    const std::string file = pointer_path(found.path);
    if (found.pointer) {
      named_[found.path] = of(*found.pointer);
    } else if (workspace_.tree().lstat(file)) {  // else it was deleted
      failures_.emplace_back(
          ErrorKind::config, fmt::format("{}: {}", quote(file), found.problem), found.hint);
      unreadable_.insert(found.path);
    }
  }
  if (workspace_.repository().traits().sparse) {
    name_pointers_left_out();
  }
}

/// A sparse checkout leaves pointers out of the work tree: they are as git's index has them.
void NamedVersions::name_pointers_left_out() {
  for (const git::TreeEntry& entry : workspace_.repository().list_index()) {
    const auto path = data_set_of(entry.path);
    if (!path || workspace_.tree().lstat(entry.path)) {
      continue;
    }
    note_failure([&] {
      check_path(*path, "data set");
      const std::string text = workspace_.repository().read_blob(entry.oid, kMaxPointerBytes);
      named_[std::string(*path)] = of(parse_pointer(text, entry.path));
    });
  }
}

const NamedVersion* NamedVersions::find(std::string_view path) const {
  const auto found = named_.find(path);
  return found == named_.end() ? nullptr : &found->second;
}

bool NamedVersions::is_unknown(std::string_view path, const NamedVersion* on_other_side) const {
  const bool is_out_there = on_other_side != nullptr && !on_other_side->pointer;
  return unreadable_.contains(path) || (!has_lock_ && is_out_there && find(path) == nullptr);
}

store::Entry NamedVersions::load(std::string_view path, const NamedVersion& version) const {
  return version.pointer
             ? revision_->load(path, *version.pointer)
             : load_top(workspace_.store(), version.root, "out " + quote(path), Need::part);
}

}  // namespace mlops::workspace
