#include "git/libgit2_repository.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "git/libgit2_tree.h"
#include "git/looked_at.h"
#include "git/plumbing_repository.h"
#include "git/refusal.h"
#include "git/rev_list.h"
#include "git/untrusted.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/sightings.h"

namespace mlops::git {

namespace {

constexpr std::string_view kBranches = "refs/heads/";
/// Of a file: after that long its times tell whether it was written again.
constexpr std::int64_t kSettledNs = 2'000'000'000;

fs::path without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) {
    path.pop_back();
  }
  return path;
}

class Libgit2Repository final : public Repository {
 public:
  Libgit2Repository(std::unique_ptr<Git2Library> library,
                    RepositoryPtr repository,
                    std::optional<GitCommand> git)
      : library_(std::move(library)),
        repository_(std::move(repository)),
        git_(std::move(git)),
        work_tree_(without_trailing_slash(git_repository_workdir(repository_.get()))),
        git_dir_(without_trailing_slash(git_repository_path(repository_.get()))),
        common_dir_(without_trailing_slash(git_repository_commondir(repository_.get()))) {
    if (git_) {
      git_->set_directory(work_tree_);
    }
  }

  const fs::path& work_tree() const override { return work_tree_; }
  const fs::path& git_dir() const override { return git_dir_; }
  const fs::path& common_dir() const override { return common_dir_; }
  std::string_view implementation() const override { return "libgit2"; }

  Traits traits() const override;
  std::optional<Oid> find_commit(std::string_view revision) const override;
  std::optional<std::string> head_branch() const override;
  std::optional<Oid> merge_base(const Oid& a, const Oid& b) const override;
  CommitInfo read_commit(const Oid& commit) const override;
  std::vector<Ref> list_refs() const override;
  std::vector<std::string> list_ref_names(std::size_t most) const override;
  std::optional<TreeEntry> find_entry(const Oid& commit, std::string_view path) const override;
  std::vector<TreeEntry> list_tree(const Oid& commit, std::string_view prefix) const override;
  std::string read_blob(const Oid& blob, std::uint64_t max_bytes) const override;
  Oid hash_blob(std::string_view content) const override;
  std::vector<TreeEntry> list_index() const override;
  std::vector<UnmergedPath> list_unmerged() const override;
  bool is_tracked(std::string_view path) const override;
  bool is_ignored(std::string_view path) const override;
  std::vector<std::string> list_ignored(const std::vector<std::string>& paths) const override;
  std::optional<IgnoreRule> find_ignore_rule(std::string_view path) const override;
  void stage(const std::vector<std::string>& paths) override;
  void restage(const std::vector<std::string>& added,
               const std::vector<std::string>& removed) override;
  std::optional<std::string> find_config(const std::string& key) const override;
  std::vector<std::string> list_changed() const override;
  std::vector<std::string> list_changed_between(const Oid& a, const Oid& b) const override;
  std::vector<Oid> list_commits_between(const Oid& from,
                                        const Oid& to,
                                        std::size_t most) const override;
  std::vector<Oid> list_history(const HistoryQuery& query) const override;

 private:
  /// For what more is asked than index and settings, which `noted_index` and looked_at.h account
  /// for: objects, refs and files, as libgit2 reads them itself.
  git_repository* raw() const {
    os::sightings::lose("what git's library answers");
    return repository_.get();
  }
  CommitPtr load_commit(const Oid& commit) const;
  TreePtr load_tree(const Oid& commit) const;
  std::string read_object(const git_oid& oid, git_object_t type, std::uint64_t max_bytes) const;
  IndexPtr load_index() const;

  std::unique_ptr<Git2Library> library_;
  RepositoryPtr repository_;
  std::optional<GitCommand> git_;
  fs::path work_tree_;
  fs::path git_dir_;
  fs::path common_dir_;
  mutable std::optional<os::FileStat> read_index_;  ///< which one libgit2 has in memory, if settled
};

git_oid parse_oid(const Oid& text) {
  check_oid(text, false);
  git_oid oid;
  check_git2(git_oid_fromstr(&oid, text.c_str()), "object id");
  return oid;
}

CommitPtr Libgit2Repository::load_commit(const Oid& commit) const {
  const auto oid = parse_oid(commit);
  CommitPtr loaded;
  if (make_git2(loaded, git_commit_lookup, raw(), &oid) < 0) {
    throw Error(ErrorKind::corrupt,
                fmt::format("commit '{}' is missing: {}", commit, last_git2_words()),
                "git fsck");
  }
  return loaded;
}

TreePtr Libgit2Repository::load_tree(const Oid& commit) const {
  const auto loaded = load_commit(commit);
  TreePtr tree;
  check_git2(make_git2(tree, git_commit_tree, loaded.get()),
             fmt::format("the tree of commit '{}' cannot be read", commit));
  return tree;
}

std::string Libgit2Repository::read_object(const git_oid& oid,
                                           git_object_t type,
                                           std::uint64_t max_bytes) const {
  const auto* const name = git_object_type2string(type);
  OdbPtr odb;
  check_git2(make_git2(odb, git_repository_odb, raw()), "the object database cannot be opened");
  std::size_t size = 0;
  git_object_t found = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &found, odb.get(), &oid) < 0 || found != type) {
    throw Error(
        ErrorKind::corrupt, fmt::format("{} '{}' is missing", name, to_oid(oid)), "git fsck");
  }
  if (size > max_bytes) {
    throw Error(
        ErrorKind::config,
        fmt::format("{} '{}' is larger than {} bytes ({})", name, to_oid(oid), max_bytes, size));
  }
  OdbObjectPtr object;
  check_git2(make_git2(object, git_odb_read, odb.get(), &oid),
             fmt::format("{} '{}' cannot be read", name, to_oid(oid)));
  return {static_cast<const char*>(git_odb_object_data(object.get())),
          git_odb_object_size(object.get())};
}

IndexPtr Libgit2Repository::load_index() const {
  IndexPtr index;
  check_git2(make_git2(index, git_repository_index, repository_.get()),
             "the index cannot be opened");
  const char* const file = git_index_path(index.get());
  const auto stat = file == nullptr ? std::nullopt : os::lstat_file(file);
  if (!stat || stat != read_index_) {
    const auto now = os::wall_time_ns();
    check_git2(git_index_read(index.get(), 0), "the index cannot be read");
    // As young as that it may be replaced once more and look the same.
    read_index_ = stat && stat->mtime_ns < now - kSettledNs ? stat : std::nullopt;
  }
  return index;
}

Traits Libgit2Repository::traits() const {
  note_head(repository_.get());
  note_settings(repository_.get(), git_);
  const os::sightings::Accounted accounted;
  Traits traits;
  traits.shallow = git_repository_is_shallow(raw()) == 1;
  traits.linked_work_tree = git_repository_is_worktree(raw()) == 1;
  traits.has_commits = find_commit("HEAD").has_value();
  ConfigPtr config;
  check_git2(make_git2(config, git_repository_config_snapshot, raw()),
             "git's configuration cannot be read");
  int sparse = 0;
  const int code = git_config_get_bool(&sparse, config.get(), "core.sparsecheckout");
  if (code != GIT_ENOTFOUND) {
    check_git2(code, "git's configuration cannot be read");
  }
  traits.sparse = sparse != 0;
  return traits;
}

/// Codes of libgit2 for a name that means nothing here, as opposed to a broken repository.
bool means_nothing(int code) {
  if (code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC || code == GIT_EPEEL ||
      code == GIT_EUNBORNBRANCH) {
    return true;
  }
  const git_error* const last = git_error_last();
  return code == GIT_ERROR && last != nullptr &&
         (last->klass == GIT_ERROR_INVALID || last->klass == GIT_ERROR_REFERENCE ||
          last->klass == GIT_ERROR_REGEX);
}

std::optional<Oid> Libgit2Repository::find_commit(std::string_view revision) const {
  check_revision(revision);
  const std::string name(revision);
  ObjectPtr object;
  int code = 0;
  if (is_oid(name) && name.size() == GIT_OID_HEXSZ) {
    // To git, 40 digits are an object id, whatever a branch may be called.
    const auto oid = parse_oid(name);
    code = make_git2(object, git_object_lookup, raw(), &oid, GIT_OBJECT_ANY);
  } else {
    code = make_git2(object, git_revparse_single, raw(), name.c_str());
  }
  if (code == GIT_EAMBIGUOUS) {
    fail_ambiguous(revision);
  }
  if (code < 0 && means_nothing(code)) {
    return std::nullopt;
  }
  check_git2(code, fmt::format("revision {} cannot be read", quote(revision)));
  ObjectPtr commit;
  code = make_git2(commit, git_object_peel, object.get(), GIT_OBJECT_COMMIT);
  if (code < 0 && means_nothing(code)) {
    return std::nullopt;
  }
  check_git2(code, fmt::format("revision {} cannot be read", quote(revision)));
  return to_oid(*git_object_id(commit.get()));
}

std::optional<std::string> Libgit2Repository::head_branch() const {
  ReferencePtr head;
  check_git2(make_git2(head, git_reference_lookup, raw(), "HEAD"), "HEAD cannot be read");
  const char* const target = git_reference_symbolic_target(head.get());
  const std::string_view name = target != nullptr ? target : "";
  if (!name.starts_with(kBranches)) {
    return std::nullopt;
  }
  return std::string(name.substr(kBranches.size()));
}

std::optional<Oid> Libgit2Repository::merge_base(const Oid& a, const Oid& b) const {
  load_commit(a);
  load_commit(b);
  const auto first = parse_oid(a);
  const auto second = parse_oid(b);
  git_oid base;
  const int code = git_merge_base(&base, raw(), &first, &second);
  if (code == GIT_ENOTFOUND) {
    return std::nullopt;
  }
  check_git2(code, fmt::format("no merge base of '{}' and '{}'", a, b));
  return to_oid(base);
}

CommitInfo Libgit2Repository::read_commit(const Oid& commit) const {
  return parse_commit(commit, read_object(parse_oid(commit), GIT_OBJECT_COMMIT, kMaxCommitBytes));
}

std::vector<std::string> Libgit2Repository::list_ref_names(std::size_t most) const {
  ReferenceIteratorPtr iterator;
  check_git2(make_git2(iterator, git_reference_iterator_new, raw()), "refs cannot be listed");
  std::vector<std::string> names;
  while (names.size() < most) {
    const char* name = nullptr;  // the iterator's own
    const int code = git_reference_next_name(&name, iterator.get());
    if (code == GIT_ITEROVER) {
      break;
    }
    check_git2(code, "refs cannot be listed");
    names.emplace_back(name);
  }
  return names;
}

std::vector<Ref> Libgit2Repository::list_refs() const {
  ReferenceIteratorPtr iterator;
  check_git2(make_git2(iterator, git_reference_iterator_new, raw()), "refs cannot be listed");
  std::vector<Ref> refs;
  while (true) {
    ReferencePtr reference;
    const int code = make_git2(reference, git_reference_next, iterator.get());
    if (code == GIT_ITEROVER) {
      break;
    }
    check_git2(code, "refs cannot be listed");
    const std::string name = git_reference_name(reference.get());
    ReferencePtr direct;
    if (make_git2(direct, git_reference_resolve, reference.get()) == GIT_ENOTFOUND) {
      continue;
    }
    ObjectPtr commit;
    const int peeled = make_git2(commit, git_reference_peel, reference.get(), GIT_OBJECT_COMMIT);
    if (peeled == GIT_EPEEL || peeled == GIT_EINVALIDSPEC) {
      continue;
    }
    check_git2(peeled, fmt::format("ref {} cannot be read", quote(name)));
    refs.push_back({name, to_oid(*git_object_id(commit.get()))});
  }
  std::sort(refs.begin(), refs.end(), [](const Ref& left, const Ref& right) {
    return left.name < right.name;
  });
  return refs;
}

std::optional<TreeEntry> Libgit2Repository::find_entry(const Oid& commit,
                                                       std::string_view path) const {
  const auto tree = load_tree(commit);
  if (!is_clean_path(path)) {
    return std::nullopt;
  }
  const std::string name(path);
  TreeEntryPtr entry;
  const int code = make_git2(entry, git_tree_entry_bypath, tree.get(), name.c_str());
  if (code == GIT_ENOTFOUND) {
    return std::nullopt;
  }
  check_git2(code, fmt::format("{} in commit '{}' cannot be read", quote(path), commit));
  return TreeEntry{name, kind_of_entry(entry.get()), to_oid(*git_tree_entry_id(entry.get()))};
}

std::vector<TreeEntry> Libgit2Repository::list_tree(const Oid& commit,
                                                    std::string_view prefix) const {
  if (prefix.empty()) {
    const auto tree = load_tree(commit);
    return walk_tree(raw(), *git_tree_id(tree.get()), "");
  }
  const auto entry = find_entry(commit, prefix);
  if (!entry || entry->kind != EntryKind::directory) {
    return {};
  }
  return walk_tree(raw(), parse_oid(entry->oid), entry->path + "/");
}

std::string Libgit2Repository::read_blob(const Oid& blob, std::uint64_t max_bytes) const {
  return read_object(parse_oid(blob), GIT_OBJECT_BLOB, max_bytes);
}

Oid Libgit2Repository::hash_blob(std::string_view content) const {
  git_oid oid;
  check_git2(git_odb_hash(&oid, content.data(), content.size(), GIT_OBJECT_BLOB),
             "bytes cannot be hashed");
  return to_oid(oid);
}

std::vector<TreeEntry> Libgit2Repository::list_index() const {
  const auto index = load_index();
  std::vector<TreeEntry> entries;
  for (std::size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
    const git_index_entry* const entry = git_index_get_byindex(index.get(), i);
    entries.push_back({entry->path, kind_of_mode(entry->mode), to_oid(entry->id)});
  }
  std::stable_sort(entries.begin(), entries.end(), [](const TreeEntry& a, const TreeEntry& b) {
    return a.path < b.path;
  });
  return entries;
}

std::vector<UnmergedPath> Libgit2Repository::list_unmerged() const {
  const auto index = load_index();
  ConflictIteratorPtr conflicts;
  check_git2(make_git2(conflicts, git_index_conflict_iterator_new, index.get()),
             "the index cannot be read");
  const auto side = [](const git_index_entry* entry) {
    return entry == nullptr ? std::nullopt
                            : std::optional(TreeEntry{
                                  entry->path, kind_of_mode(entry->mode), to_oid(entry->id)});
  };
  std::vector<UnmergedPath> paths;
  while (true) {
    const git_index_entry* base = nullptr;
    const git_index_entry* ours = nullptr;
    const git_index_entry* theirs = nullptr;
    const int code = git_index_conflict_next(&base, &ours, &theirs, conflicts.get());
    if (code == GIT_ITEROVER) {
      break;
    }
    check_git2(code, "the index cannot be read");
    const auto* const any = base != nullptr ? base : ours != nullptr ? ours : theirs;
    paths.push_back({any->path, side(base), side(ours), side(theirs)});
  }
  std::sort(paths.begin(), paths.end(), [](const UnmergedPath& a, const UnmergedPath& b) {
    return a.path < b.path;
  });
  return paths;
}

bool Libgit2Repository::is_tracked(std::string_view path) const {
  if (!is_clean_path(path)) {
    return false;
  }
  const auto index = load_index();
  const std::string name(path);
  return git_index_find(nullptr, index.get(), name.c_str()) == 0 ||
         git_index_find_prefix(nullptr, index.get(), (name + "/").c_str()) == 0;
}

bool Libgit2Repository::is_ignored(std::string_view path) const {
  if (!git_) {
    refuse_without_git("it judges ignore rules");
  }
  note_ignore_files(repository_.get(), *git_, {std::string(path)});
  const os::sightings::Accounted accounted;
  return is_ignored_by_git(*git_, path);
}

std::vector<std::string> Libgit2Repository::list_ignored(
    const std::vector<std::string>& paths) const {
  if (!git_) {
    refuse_without_git("it judges ignore rules");
  }
  note_ignore_files(repository_.get(), *git_, paths);
  const os::sightings::Accounted accounted;
  return list_ignored_by_git(*git_, paths);
}

std::optional<IgnoreRule> Libgit2Repository::find_ignore_rule(std::string_view path) const {
  if (!git_) {
    refuse_without_git("it judges ignore rules");
  }
  return find_ignore_rule_by_git(*git_, path);
}

void Libgit2Repository::stage(const std::vector<std::string>& paths) {
  if (!git_) {
    refuse_without_git("it stages files");
  }
  stage_with_git(*git_, work_tree_, paths);
}

void Libgit2Repository::restage(const std::vector<std::string>& added,
                                const std::vector<std::string>& removed) {
  if (!git_) {
    refuse_without_git("it stages files");
  }
  restage_with_git(*git_, added, removed);
}

std::optional<std::string> Libgit2Repository::find_config(const std::string& key) const {
  if (!git_) {
    refuse_without_git("it reads its settings");
  }
  return git_->find_config(key);
}

std::vector<std::string> Libgit2Repository::list_changed() const {
  git_status_options options;
  check_git2(git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION),
             "the status cannot be read");
  options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
  options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  StatusListPtr list;
  check_git2(make_git2(list, git_status_list_new, raw(), &options), "the status cannot be read");
  const auto index = load_index();
  std::set<std::string> paths;
  for (std::size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
    const git_status_entry* const entry = git_status_byindex(list.get(), i);
    const git_diff_delta* const delta =
        entry->head_to_index != nullptr ? entry->head_to_index : entry->index_to_workdir;
    const git_index_entry* const staged =
        git_index_get_bypath(index.get(), delta->new_file.path, 0);
    const bool sparse =
        staged != nullptr && (staged->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
    if (entry->head_to_index != nullptr || !sparse) {
      paths.insert(delta->new_file.path);
    }
  }
  return {paths.begin(), paths.end()};
}

std::vector<std::string> Libgit2Repository::list_changed_between(const Oid& a, const Oid& b) const {
  const auto old_tree = load_tree(a);
  const auto new_tree = load_tree(b);
  git_diff_options options;
  check_git2(git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION),
             "commits cannot be compared");
  options.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
  options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE;
  DiffPtr diff;
  check_git2(
      make_git2(diff, git_diff_tree_to_tree, raw(), old_tree.get(), new_tree.get(), &options),
      fmt::format("commits '{}' and '{}' cannot be compared", a, b));
  std::set<std::string> paths;
  for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
    paths.insert(git_diff_get_delta(diff.get(), i)->new_file.path);
  }
  return {paths.begin(), paths.end()};
}

std::vector<Oid> Libgit2Repository::list_commits_between(const Oid& from,
                                                         const Oid& to,
                                                         std::size_t most) const {
  load_commit(from);
  load_commit(to);
  if (!git_) {
    refuse_without_git("it lists the commits between two");
  }
  return list_commits_between_by_git(*git_, from, to, most);
}

std::vector<Oid> Libgit2Repository::list_history(const HistoryQuery& query) const {
  load_commit(query.from);
  if (!git_) {
    refuse_without_git("it follows the history of files");
  }
  return list_history_by_git(*git_, query);
}

}  // namespace

std::unique_ptr<Repository> make_libgit2_repository(std::unique_ptr<Git2Library> library,
                                                    RepositoryPtr repository,
                                                    std::optional<GitCommand> git) {
  return std::make_unique<Libgit2Repository>(
      std::move(library), std::move(repository), std::move(git));
}

}  // namespace mlops::git
