#include "workspace/revision.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "workspace/damaged_content.h"
#include "workspace/data_sets.h"
#include "workspace/foreign_pointers.h"
#include "workspace/lfs_pointer.h"
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
  std::vector<LockedOut> run_outs;  ///< of a run, sorted by path
  std::vector<std::string> run_unkept;
  std::map<std::string, std::optional<Pointer>, std::less<>> pointers;  ///< asked so far
  std::optional<std::vector<LockedOut>> outs;
  std::optional<ForeignPointers> foreign;  ///< of a git revision, where any were taken over
  std::optional<std::map<std::string, Pointer, std::less<>>> dvc_pointers;
  std::map<std::string, Error, std::less<>> broken;  ///< files of DVC that name nothing

  bool is_work_tree() const { return commit.empty(); }

  /// What stands elsewhere at a place that the run made is another run's.
  bool is_made_by_run(std::string_view path) const {
    const auto holds = [&](std::string_view out) { return is_within(path, out); };
    return std::any_of(run_unkept.begin(), run_unkept.end(), holds) ||
           std::any_of(run_outs.begin(), run_outs.end(), [&](const LockedOut& out) {
             return holds(out.path);
           });
  }

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
    auto pointer = own_pointer_at(path);
    if (!pointer && foreign) {
      pointer = foreign_pointer_at(path);
    }
    return pointers.emplace(path, std::move(pointer)).first->second;
  }

  std::optional<Pointer> own_pointer_at(std::string_view path) const {
    const std::string file = pointer_path(path);
    const auto text = read_tracked(file, kMaxPointerBytes);
    return text ? std::optional(parse_pointer(*text, label(file))) : std::nullopt;
  }

  // ---- pointers of other tools

  std::optional<Pointer> foreign_pointer_at(std::string_view path) {
    if (auto lfs = lfs_pointer_at(path)) {
      return lfs;
    }
    if (!dvc_pointers) {
      dvc_pointers.emplace();
      for (const git::TreeEntry& entry : workspace->repository().list_tree(commit, "")) {
        if (is_dvc_file(entry.path) && is_file(entry)) {
          for (auto& [data_set, pointer] : read_dvc_file(entry.path)) {
            dvc_pointers->emplace(data_set, std::move(pointer));
          }
        }
      }
    }
    const auto found = dvc_pointers->find(path);
    if (const auto file = broken.find(std::string(path) + std::string(kDvcSuffix));
        found == dvc_pointers->end() && file != broken.end()) {
      throw Error(file->second);
    }
    return found == dvc_pointers->end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<Pointer> lfs_pointer_at(std::string_view path) const {
    if (!foreign || !foreign->has_lfs()) {
      return std::nullopt;
    }
    const auto entry = workspace->repository().find_entry(commit, path);
    if (!entry || !is_file(*entry)) {
      return std::nullopt;
    }
    try {
      return foreign->read_lfs(workspace->repository().read_blob(entry->oid, kMaxLfsPointerBytes),
                               entry->kind == git::EntryKind::executable);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      return std::nullopt;  // too large for a pointer
    }
  }

  /// One that is broken hurts what it names and nothing else.
  ForeignPointers::Named read_dvc_file(std::string_view file) {
    try {
      const auto text = read_tracked(file, kMaxDvcFileBytes);
      return text ? foreign->read_dvc_file(*text, file, label(file)) : ForeignPointers::Named();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      broken.emplace(file, error);
      return {};
    }
  }

  /// Of a file that may be any tool's pointer. What has one of ours too is named by that.
  ForeignPointers::Named foreign_pointers_in(std::string_view file) {
    ForeignPointers::Named named;
    if (is_dvc_file(file)) {
      named = read_dvc_file(file);
    } else if (auto lfs = lfs_pointer_at(file)) {
      named.emplace_back(file, std::move(*lfs));
    }
    std::erase_if(named, [&](const auto& one) { return own_pointer_at(one.first).has_value(); });
    return named;
  }

  /// Metrics are outs that stay in git, and dvc.lock does not say so.
  void add_dvc_outs(std::vector<LockedOut>& all) const {
    const git::Repository& repository = workspace->repository();
    for (const git::TreeEntry& entry : repository.list_tree(commit, "")) {
      if (!is_dvc_lock(entry.path) || !is_file(entry)) {
        continue;
      }
      const std::string pipeline = join_path(parent_of(entry.path), kDvcPipeline);
      for (LockedOut& out :
           foreign->read_dvc_lock(repository.read_blob(entry.oid, kMaxDvcLockBytes),
                                  read_tracked(pipeline, kMaxDvcLockBytes),
                                  entry.path,
                                  label(entry.path))) {
        if (!repository.find_entry(commit, out.path)) {
          all.push_back(std::move(out));
        }
      }
    }
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
    if (foreign) {
      add_dvc_outs(all);
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
            load_version(workspace->store(), *pointer, up, label(pointer_path(up)), Need::part);
        return find_in_version(top, path, up);
      }
    }
    return std::nullopt;
  }

  std::optional<store::Entry> find_in_version(const store::Entry& top,
                                              std::string_view path,
                                              std::string_view data_set) const {
    return with_damage_named(*workspace, data_set, [&] {
      return find_below(workspace->store(), top, remainder_of(path, data_set));
    });
  }

  std::optional<store::Entry> find_in_outs(std::string_view path) {
    return find_in(all_outs(), path);
  }

  std::optional<store::Entry> find_in(const std::vector<LockedOut>& all,
                                      std::string_view path) const {
    for (std::string_view up = path; !up.empty(); up = parent_of(up)) {
      const auto out = std::lower_bound(
          all.begin(), all.end(), up, [](const LockedOut& a, std::string_view wanted) {
            return a.path < wanted;
          });
      if (out != all.end() && out->path == up) {
        const store::Entry top =
            load_top(workspace->store(), out->root, "out " + quote(up), Need::part);
        return find_in_version(top, path, up);
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
    if (store::has_foreign_versions(workspace.store_directory())) {
      state->foreign.emplace(workspace.store());
    }
  }
  return Revision(std::move(state));
}

Revision Revision::of_run(Workspace& workspace, Run run, std::vector<std::string> lock_files) {
  auto revision = open(workspace, run.commit, std::move(lock_files));
  revision.state_->name = std::move(run.name);
  revision.state_->run_outs = std::move(run.outs);
  revision.state_->run_unkept = std::move(run.unkept);
  std::sort(revision.state_->run_outs.begin(),
            revision.state_->run_outs.end(),
            [](const LockedOut& a, const LockedOut& b) { return a.path < b.path; });
  return revision;
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
  if (const auto out = state_->find_in(state_->run_outs, path)) {
    located.origin = Origin::pipeline_out;
    located.entry = *out;
    return located;
  }
  if (state_->is_made_by_run(path)) {
    return located;
  }
  if (state_->is_work_tree()) {
    const auto stat = state_->workspace->tree().lstat(path);
    if (stat && stat->kind == os::FileKind::regular) {
      located.origin = Origin::work_tree;
      return located;
    }
  } else if (const auto entry = state_->workspace->repository().find_entry(state_->commit, path);
             entry && is_file(*entry) && !state_->lfs_pointer_at(path)) {
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
  auto entry = state_->find_in(state_->run_outs, path);
  if (!entry) {
    entry = state_->find_in_data_sets(path);
  }
  return entry ? entry : state_->find_in_outs(path);
}

std::optional<Pointer> Revision::find_pointer(std::string_view data_set) const {
  return state_->pointer_at(data_set);
}

store::Entry Revision::load(std::string_view data_set, const Pointer& pointer) const {
  return load_version(state_->workspace->store(),
                      pointer,
                      data_set,
                      state_->label(pointer_path(data_set)),
                      Need::part);
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
  with_damage_named(
      *state_->workspace, path, [&] { state_->workspace->store().read_file(located.entry, sink); });
}

std::vector<std::pair<std::string, store::ObjectId>> Revision::list_roots() const {
  std::vector<std::pair<std::string, store::ObjectId>> roots;
  for (const auto& [path, pointer] : list_pointers()) {
    roots.emplace_back(path, pointer.root);
  }
  return roots;
}

std::vector<std::pair<std::string, Pointer>> Revision::read_pointers(std::string_view file) const {
  if (const auto path = data_set_of(file)) {
    check_path(*path, "data set");
    const auto& pointer = state_->pointer_at(*path);
    return pointer ? ForeignPointers::Named{{std::string(*path), *pointer}}
                   : ForeignPointers::Named();
  }
  return state_->foreign ? state_->foreign_pointers_in(file) : ForeignPointers::Named();
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
    if (is_file(entry)) {
      auto named = read_pointers(entry.path);
      std::move(named.begin(), named.end(), std::back_inserter(pointers));
    }
  }
  std::sort(pointers.begin(), pointers.end(), [](const auto& a, const auto& b) {
    return a.first < b.first;
  });
  return pointers;
}

std::vector<std::string> Revision::problems() const {
  std::vector<std::string> problems;
  for (const auto& [file, error] : state_->broken) {
    problems.push_back(error.message());
  }
  return problems;
}

std::vector<LockedOut> Revision::list_outs() const {
  std::vector<LockedOut> outs = state_->run_outs;
  for (const LockedOut& out : state_->all_outs()) {
    if (!state_->is_made_by_run(out.path)) {
      outs.push_back(out);
    }
  }
  std::sort(outs.begin(), outs.end(), [](const LockedOut& a, const LockedOut& b) {
    return a.path < b.path;
  });
  return outs;
}

}  // namespace mlops::workspace
