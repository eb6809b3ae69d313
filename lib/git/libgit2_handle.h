#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <git2.h>

#include "git/repository.h"

namespace mlops::git {

/// libgit2's objects as owners that cannot be forgotten, and its errors as ours.

template <auto Free>
struct Git2Deleter {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

using RepositoryPtr = std::unique_ptr<git_repository, Git2Deleter<git_repository_free>>;
using ConfigPtr = std::unique_ptr<git_config, Git2Deleter<git_config_free>>;
using ObjectPtr = std::unique_ptr<git_object, Git2Deleter<git_object_free>>;
using CommitPtr = std::unique_ptr<git_commit, Git2Deleter<git_commit_free>>;
using TreePtr = std::unique_ptr<git_tree, Git2Deleter<git_tree_free>>;
using TreeEntryPtr = std::unique_ptr<git_tree_entry, Git2Deleter<git_tree_entry_free>>;
using ReferencePtr = std::unique_ptr<git_reference, Git2Deleter<git_reference_free>>;
using ReferenceIteratorPtr =
    std::unique_ptr<git_reference_iterator, Git2Deleter<git_reference_iterator_free>>;
using IndexPtr = std::unique_ptr<git_index, Git2Deleter<git_index_free>>;
using ConflictIteratorPtr =
    std::unique_ptr<git_index_conflict_iterator, Git2Deleter<git_index_conflict_iterator_free>>;
using OdbPtr = std::unique_ptr<git_odb, Git2Deleter<git_odb_free>>;
using OdbObjectPtr = std::unique_ptr<git_odb_object, Git2Deleter<git_odb_object_free>>;
using StatusListPtr = std::unique_ptr<git_status_list, Git2Deleter<git_status_list_free>>;
using DiffPtr = std::unique_ptr<git_diff, Git2Deleter<git_diff_free>>;

/// libgit2 is ready while at least one of these lives. The ownership check stays on.
class Git2Library {
 public:
  Git2Library();
  ~Git2Library();
  Git2Library(const Git2Library&) = delete;
  Git2Library& operator=(const Git2Library&) = delete;

  /// Where git's own configuration is looked for, as `environment` (HOME, XDG_CONFIG_HOME,
  /// GIT_CONFIG_NOSYSTEM, …) has it and never as this process has it. For the whole process.
  static void set_search_paths(const std::vector<std::string>& environment);
};

class GitBuffer {
 public:
  GitBuffer() = default;
  ~GitBuffer() { git_buf_dispose(&buffer_); }
  GitBuffer(const GitBuffer&) = delete;
  GitBuffer& operator=(const GitBuffer&) = delete;
  git_buf* get() { return &buffer_; }
  std::string str() const { return {buffer_.ptr, buffer_.size}; }

 private:
  git_buf buffer_ = GIT_BUF_INIT;
};

/// The kind follows from the code; the message is "<doing>: <libgit2's words>".
[[noreturn]] void fail_git2(int code, std::string_view doing);
/// Returns `code` when it is no error.
inline int check_git2(int code, std::string_view doing) {
  if (code < 0) {
    fail_git2(code, doing);
  }
  return code;
}

/// Calls `function(&raw, args…)` and owns what it made; the code comes back through `code`.
template <typename Ptr, typename Function, typename... Args>
int make_git2(Ptr& owner, Function function, Args... args) {
  typename Ptr::pointer raw = nullptr;
  const int code = function(&raw, args...);
  owner.reset(raw);
  return code;
}

Oid to_oid(const git_oid& oid);
std::string last_git2_words();
/// The value of "NAME=value" in a list; nothing when it is not there.
std::optional<std::string> find_variable(const std::vector<std::string>& environment,
                                         std::string_view name);

}  // namespace mlops::git
