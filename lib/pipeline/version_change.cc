#include "pipeline/version_change.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/params.h"
#include "pipeline/pipeline.h"
#include "pipeline/run.h"
#include "pipeline/run_version.h"
#include "workspace/pointer.h"
#include "workspace/revision.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

using workspace::ChangeKind;
using workspace::Revision;

constexpr std::uint64_t kMaxTextBytes = 16ULL << 20U;
/// A tracked file that is larger counts as changed when git says that it is.
constexpr std::uint64_t kMaxBlobBytes = 64ULL << 20U;

/// What git has of a version: a commit, or for the work tree what the index tracks of it.
class TrackedFiles {
 public:
  TrackedFiles(const workspace::Workspace& workspace, git::Oid commit)
      : workspace_(workspace), commit_(std::move(commit)) {}

  bool is_work_tree() const { return commit_.empty(); }
  const git::Oid& commit() const { return commit_; }

  /// What git knows a file by: its kind, as a commit has it, and the blob.
  using File = std::pair<git::EntryKind, git::Oid>;
  /// Nothing: no file.
  std::optional<File> find(const std::string& path) const {
    if (!is_work_tree()) {
      const auto entry = workspace_.repository().find_entry(commit_, path);
      return entry ? std::optional(File(entry->kind, entry->oid)) : std::nullopt;
    }
    const auto stat = workspace_.tree().lstat(path);
    if (!stat) {
      return std::nullopt;
    }
    if (stat->kind == os::FileKind::symlink) {
      return File(git::EntryKind::symlink,
                  workspace_.repository().hash_blob(workspace_.tree().read_link(path)));
    }
    const auto content = stat->kind == os::FileKind::regular && stat->size <= kMaxBlobBytes
                             ? workspace::read_text(workspace_.tree(), path, kMaxBlobBytes)
                             : std::nullopt;
    return File(stat->is_executable() ? git::EntryKind::executable : git::EntryKind::file,
                content ? workspace_.repository().hash_blob(*content) : git::Oid("not hashed"));
  }

 private:
  const workspace::Workspace& workspace_;
  git::Oid commit_;
};

TrackedFiles files_of(workspace::Workspace& workspace, const std::optional<std::string>& word) {
  return {workspace, open_version(workspace, word).commit()};
}

/// The commit that a version is, or that the work tree stands on; nothing before the first.
std::optional<git::Oid> base_of(const workspace::Workspace& workspace, const TrackedFiles& files) {
  return files.is_work_tree() ? workspace.repository().find_commit("HEAD")
                              : std::optional(files.commit());
}

/// What these stand for is compared as data. Nothing else is left out: what a lock or a pipeline
/// says of a file must not hide it from who reviews it.
bool is_written_by_mlops(const std::string& path, const std::string& pipeline_file) {
  return path.ends_with(workspace::kPointerSuffix) || path == lock_file_of(pipeline_file);
}

/// Paths that may differ: between the commits, and between a commit and the work tree on it.
std::set<std::string> candidates(const workspace::Workspace& workspace,
                                 const TrackedFiles& before,
                                 const TrackedFiles& after) {
  const git::Repository& repository = workspace.repository();
  std::set<std::string> paths;
  const auto old_base = base_of(workspace, before);
  const auto new_base = base_of(workspace, after);
  if (old_base && new_base && *old_base != *new_base) {
    for (std::string& path : repository.list_changed_between(*old_base, *new_base)) {
      paths.insert(std::move(path));
    }
  }
  if (before.is_work_tree() != after.is_work_tree()) {
    for (std::string& path : repository.list_changed()) {
      paths.insert(std::move(path));
    }
  }
  return paths;
}

Figures read_params(workspace::Workspace& workspace,
                    const std::optional<std::string>& word,
                    const std::string& pipeline_file) {
  const Revision version = open_version(workspace, word);
  try {
    const auto text = version.read_text(pipeline_file, kMaxTextBytes);
    if (!text) {
      return {};
    }
    config::Params params;
    for (const std::string& file : parse_pipeline(*text, pipeline_file).params_files) {
      if (const auto values = version.read_text(file, kMaxTextBytes)) {
        params.merge_text(*values, file);
      }
    }
    for (const std::string& assignment : assignments_of(workspace, word)) {
      params.set(assignment);
    }
    return flatten(params);
  } catch (Error& error) {
    error.add_context(fmt::format("in {}", quote(version.name())));
    throw;
  }
}

void erase_equal(std::vector<FigureChange>& figures) {
  std::erase_if(figures, [](const FigureChange& one) { return one.before == one.after; });
}

void add_missing(const Metrics& metrics, std::vector<std::string>& problems) {
  for (const std::string& file : metrics.missing) {
    problems.push_back(
        fmt::format("{} has no {}, which its pipeline declares", metrics.version, quote(file)));
  }
}

/// A part that is broken in one version must not hide the others.
template <typename Work>
void attempt(const char* part, std::vector<std::string>& problems, Work work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::internal) {
      throw;
    }
    const std::string where = error.context().empty() ? "" : " (" + error.context().front() + ")";
    problems.push_back(fmt::format("{}: {}{}", part, error.message(), where));
  }
}

/// What is compared of a run is not all that it ran with.
void note_runs(workspace::Workspace& workspace,
               const VersionPair& versions,
               const ChangeParts& parts,
               std::vector<std::string>& problems) {
  for (const auto& word : {versions.before, versions.after}) {
    if (!word || !names_run(*word)) {
      continue;
    }
    const Revision version = open_version(workspace, word);
    if (parts.data) {
      problems.push_back(fmt::format(
          "data: of {} it is that of its commit; mlops runs diff compares what runs made",
          version.name()));
    }
    if (parts.params && (version.commit().empty() || used_other_params(workspace, *word))) {
      problems.push_back(fmt::format(
          "params: {} ran on uncommitted changes or with --params: those that lie here are shown, "
          "with its --set",
          version.name()));
    }
  }
}

}  // namespace

CodeChange compare_code(workspace::Workspace& workspace, const VersionPair& versions) {
  const TrackedFiles before = files_of(workspace, versions.before);
  const TrackedFiles after = files_of(workspace, versions.after);
  const git::Repository& repository = workspace.repository();
  CodeChange change;
  const auto old_base = base_of(workspace, before);
  const auto new_base = base_of(workspace, after);
  if (old_base && new_base && *old_base != *new_base) {
    const auto commits =
        repository.list_commits_between(*old_base, *new_base, CodeChange::kMaxCommits + 1);
    change.has_more_commits = commits.size() > CodeChange::kMaxCommits;
    for (std::size_t i = 0; i < commits.size() && i < CodeChange::kMaxCommits; ++i) {
      change.commits.push_back(repository.read_commit(commits[i]));
    }
  }
  for (const std::string& path : candidates(workspace, before, after)) {
    const auto old_file = before.find(path);
    const auto new_file = after.find(path);
    if (old_file != new_file && !is_written_by_mlops(path, versions.pipeline_file)) {
      change.files.push_back({!old_file   ? ChangeKind::added
                              : !new_file ? ChangeKind::removed
                                          : ChangeKind::changed,
                              path});
    }
  }
  return change;
}

std::vector<FigureChange> compare_params(workspace::Workspace& workspace,
                                         const VersionPair& versions) {
  std::vector<FigureChange> changes =
      compare_figures({{"", read_params(workspace, versions.before, versions.pipeline_file)}},
                      {{"", read_params(workspace, versions.after, versions.pipeline_file)}});
  erase_equal(changes);
  return changes;
}

workspace::DataDiffRequest data_request(workspace::Workspace& workspace,
                                        const VersionPair& versions) {
  const auto revision_of = [&](const std::optional<std::string>& word) {
    if (!word || !names_run(*word)) {
      return word;
    }
    const git::Oid commit = open_version(workspace, word).commit();
    return commit.empty() ? std::nullopt : std::optional<std::string>(commit);
  };
  workspace::DataDiffRequest request;
  request.from = revision_of(versions.before);
  request.to = revision_of(versions.after);
  return request;
}

VersionChange compare_versions(workspace::Workspace& workspace,
                               const VersionPair& versions,
                               const ChangeParts& parts,
                               Progress& progress,
                               const CancelToken& cancel) {
  VersionChange change;
  // An unknown version is the user's slip and not a problem of one part.
  open_version(workspace, versions.before);
  open_version(workspace, versions.after);
  note_runs(workspace, versions, parts, change.problems);
  if (parts.code) {
    attempt("code", change.problems, [&] { change.code = compare_code(workspace, versions); });
  }
  if (parts.params) {
    attempt(
        "params", change.problems, [&] { change.params = compare_params(workspace, versions); });
  }
  if (parts.data) {
    attempt("data", change.problems, [&] {
      change.data =
          workspace::diff_data(workspace, data_request(workspace, versions), progress, cancel);
      for (const Error& failure : change.data->failures) {
        change.problems.push_back("data: " + failure.message());
      }
    });
  }
  if (parts.metrics) {
    attempt("metrics", change.problems, [&] {
      const Metrics before = read_metrics(workspace, versions.before, versions.pipeline_file);
      const Metrics after = read_metrics(workspace, versions.after, versions.pipeline_file);
      add_missing(before, change.problems);
      add_missing(after, change.problems);
      change.metrics = compare_metrics(before, after);
      erase_equal(*change.metrics);
    });
  }
  return change;
}

}  // namespace mlops::pipeline
