#include "pipeline/inputs.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/path.h"
#include "pipeline/walk.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"
#include "workspace/revision.h"
#include "workspace/snapshot.h"

namespace mlops::pipeline {

namespace {

/// Links inside a directory are content: their text. Git's own files are, too: a dep is only read.
workspace::SnapshotOptions snapshot_options() {
  workspace::SnapshotOptions options;
  options.symlinks = workspace::Symlinks::store;
  options.git_files = workspace::GitFiles::allow;
  return options;
}

store::Entry nameless(store::Entry entry) {
  entry.name.clear();
  return entry;
}

void sort_unique(std::vector<Input>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Input& a, const Input& b) {
    return a.path < b.path;
  });
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

/// An out that the dep needs in the work tree and that only the store has.
const std::string* find_absent_out(const MadeOuts& made,
                                   const std::function<bool(const std::string&)>& is_read) {
  for (const auto& [path, out] : made) {
    if (out.place == MadeOut::Place::store && is_read(path)) {
      return &path;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<store::Entry> find_below(const store::Store& store,
                                       store::Entry top,
                                       std::string_view relative) {
  for (const auto component : split(relative, '/')) {
    if (top.kind != store::EntryKind::directory) {
      return std::nullopt;
    }
    const auto node = store.read_node(top.id);
    const auto found = std::find_if(node.entries.begin(),
                                    node.entries.end(),
                                    [&](const auto& entry) { return entry.name == component; });
    if (found == node.entries.end()) {
      return std::nullopt;
    }
    top = *found;
  }
  return nameless(std::move(top));
}

InputReader::InputReader(workspace::Workspace& workspace,
                         Progress& progress,
                         const CancelToken& cancel)
    : workspace_(workspace), progress_(progress), cancel_(cancel) {}

const std::vector<std::string>& InputReader::data_sets() {
  if (!data_sets_) {
    data_sets_ = workspace::list_data_sets(workspace_);
  }
  return *data_sets_;
}

std::optional<store::Entry> InputReader::find_in_tree(const std::string& path) {
  return workspace_.tree().lstat(path) ? std::optional(hash(path)) : std::nullopt;
}

store::Entry InputReader::hash(const std::string& path) {
  return nameless(
      workspace::hash_path(workspace_, path, snapshot_options(), progress_, cancel_).top);
}

std::optional<store::Entry> InputReader::find_in_store(const std::string& path) {
  const auto located = workspace::Revision::open(workspace_, std::nullopt).locate(path);
  using Origin = workspace::Revision::Origin;
  // Outs of the lock are not asked: a selection brings its makers, and they restore them.
  return located.origin == Origin::data_set ? std::optional(nameless(located.entry)) : std::nullopt;
}

/// Data sets that the path lies in, or that lie in it, and that are not there: to be checked out.
void InputReader::note_data_sets(const std::string& path, Inputs& inputs) {
  for (const auto& set : data_sets()) {
    const bool covers = path.empty() || is_same_or_inside(path, set);
    const bool inside = path.empty() || is_same_or_inside(set, path);
    if (!covers && !inside) {
      continue;
    }
    const bool is_unfinished = workspace::is_checkout_unfinished(workspace_, set);
    const auto parts = workspace::sparse_parts(workspace_, set);
    const bool lacks_some =
        parts && !(covers && workspace::is_in_parts(*parts, workspace::remainder_of(path, set)));
    if (!is_unfinished && !lacks_some && workspace_.tree().lstat(set)) {
      continue;
    }
    inputs.checkouts.push_back(set);
    if (is_unfinished) {
      inputs.undecided = fmt::format("the checkout of {} did not finish", quote(set));
    } else if (lacks_some) {
      inputs.undecided = fmt::format("only parts of {} are checked out", quote(set));
    } else if (!covers || path.empty()) {
      inputs.undecided = fmt::format("the data set {} is not checked out", quote(set));
    }
  }
}

void InputReader::read_path(const std::string& dep, const MadeOuts& made, Inputs& inputs) {
  if (const auto found = made.find(dep); found != made.end()) {
    inputs.entries.push_back({dep, found->second.entry});
    return;
  }
  for (const auto& [path, out] : made) {
    if (out.place == MadeOut::Place::store && is_same_or_inside(dep, path)) {
      if (auto entry = find_below(workspace_.store(), out.entry, dep.substr(path.size() + 1))) {
        inputs.entries.push_back({dep, *entry});
      } else {
        inputs.missing.push_back(dep);
      }
      return;
    }
  }
  const auto* absent =
      find_absent_out(made, [&](const std::string& out) { return is_same_or_inside(out, dep); });
  if (absent != nullptr) {
    inputs.undecided = fmt::format("{} has to be restored first", quote(*absent));
    return;
  }
  note_data_sets(dep, inputs);
  const auto stat = workspace_.tree().lstat(dep);
  if (stat && stat->kind == os::FileKind::symlink) {
    throw Error(ErrorKind::config,
                fmt::format("the dep {} is a symbolic link", quote(dep)),
                "name what it points to: the content behind a link does not enter the key");
  }
  auto entry = stat ? std::optional(hash(dep)) : find_in_store(dep);
  if (entry) {
    inputs.entries.push_back({dep, std::move(*entry)});
  } else if (!inputs.undecided) {
    inputs.missing.push_back(dep);
  }
}

std::vector<std::string> InputReader::expand(const std::string& pattern) {
  std::vector<std::string> matches;
  const auto files = walk_files(
      workspace_.tree(), literal_prefix(pattern), [](const auto&) { return true; }, cancel_);
  for (const auto& file : files) {
    if (!glob_match(pattern, file.path)) {
      continue;
    }
    if (!is_utf8(file.path)) {
      throw Error(ErrorKind::config,
                  fmt::format("the dep {} matches {}, which the lock cannot name: it is not UTF-8",
                              quote(pattern),
                              quote(file.path)),
                  "rename the file, or name a directory: what lies in it may have any name");
    }
    matches.push_back(file.path);
  }
  return matches;
}

void InputReader::read_glob(const std::string& dep, const MadeOuts& made, Inputs& inputs) {
  const auto* absent = find_absent_out(made, [&](const std::string& out) {
    return glob_match(dep, out) || glob_reaches_into(dep, out);
  });
  if (absent != nullptr) {
    inputs.undecided = fmt::format("{} has to be restored first", quote(*absent));
    return;
  }
  note_data_sets(literal_prefix(dep), inputs);
  if (!inputs.checkouts.empty()) {
    inputs.undecided =
        fmt::format("the data set {} is not checked out", quote(inputs.checkouts.back()));
    return;
  }
  const auto matches = expand(dep);
  if (matches.empty()) {
    inputs.warnings.push_back(fmt::format("the dep {} matches no file", quote(dep)));
  }
  for (const auto& path : matches) {
    if (auto entry = find_in_tree(path); entry) {
      inputs.entries.push_back({path, std::move(*entry)});
    }
  }
}

Inputs InputReader::read(const Instance& instance, const MadeOuts& made) {
  Inputs inputs;
  for (const auto& dep : instance.deps) {
    if (is_glob(dep)) {
      read_glob(dep, made, inputs);
    } else {
      read_path(dep, made, inputs);
    }
  }
  sort_unique(inputs.entries);
  std::sort(inputs.checkouts.begin(), inputs.checkouts.end());
  inputs.checkouts.erase(std::unique(inputs.checkouts.begin(), inputs.checkouts.end()),
                         inputs.checkouts.end());
  return inputs;
}

bool InputReader::is_unchanged(const Instance& instance, const std::vector<Input>& entries) {
  std::vector<Input> now;
  for (const auto& dep : instance.deps) {
    const auto paths = is_glob(dep) ? expand(dep) : std::vector<std::string>{dep};
    for (const auto& path : paths) {
      auto entry = find_in_tree(path);
      if (!entry) {
        return false;
      }
      now.push_back({path, std::move(*entry)});
    }
  }
  sort_unique(now);
  return now == entries;
}

}  // namespace mlops::pipeline
