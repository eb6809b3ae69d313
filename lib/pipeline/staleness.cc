#include "pipeline/staleness.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "codec/bytes.h"
#include "config/params.h"
#include "pipeline/graph.h"
#include "pipeline/locked_form.h"
#include "pipeline/path.h"
#include "pipeline/pipeline.h"
#include "pipeline/run.h"
#include "store/store.h"
#include "workspace/revision.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxTextBytes = 16ULL << 20U;
/// Larger tracked files stand in a lock by their root.
constexpr std::uint64_t kMaxBlobBytes = 64ULL << 20U;

/// One version's lock beside the files that it should have been made from.
class Checker {
 public:
  Checker(workspace::Workspace& workspace,
          const workspace::Revision& revision,
          const Pipeline& pipeline,
          const Graph& graph)
      : workspace_(workspace), revision_(revision), graph_(graph) {
    if (const auto text =
            revision.read_text(lock_file_of(pipeline.file), workspace::kMaxLockBytes)) {
      lock_ = workspace::parse_lock(*text, lock_file_of(pipeline.file));
    }
    for (const auto& [path, root] : revision.list_roots()) {
      made_[path] = root;
    }
    for (const auto& out : revision.list_outs()) {
      made_[out.path] = out.root;
    }
  }

  /// The first reason, upstream before downstream.
  std::optional<std::string> reason_for(const std::string& path) const {
    std::set<std::size_t> wanted;
    for (std::size_t i = graph_.instances.size(); i-- > 0;) {
      const Instance& instance = graph_.instances[i];
      const bool makes =
          std::any_of(instance.outs.begin(), instance.outs.end(), [&](const Out& out) {
            return is_same_or_inside(path, out.path);
          });
      if (makes || wanted.contains(i)) {
        wanted.insert(i);
        wanted.insert(instance.inputs.begin(), instance.inputs.end());
      }
    }
    for (const auto index : wanted) {
      const Instance& instance = graph_.instances[index];
      if (auto reason = instance.enabled ? reason_of(instance) : std::nullopt) {
        return fmt::format("{}: {}", quote(instance.id), *reason);
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> reason_of(const Instance& instance) const {
    const auto now = locked_form(instance);
    const auto found =
        std::find_if(lock_.instances.begin(), lock_.instances.end(), [&](const auto& locked) {
          return locked.stage == now.stage && locked.matrix == now.matrix;
        });
    if (found == lock_.instances.end()) {
      return std::nullopt;  // made elsewhere and committed: nothing says that it is stale
    }
    if (auto reason = param_reason(found->params, now.params)) {
      return reason;
    }
    if (found->cmd != now.cmd || found->shell != now.shell) {
      return "it was run with another command";
    }
    for (const auto& dep : found->deps) {
      if (!is_current(dep)) {
        return fmt::format("it was run with another {}", quote(dep.path));
      }
    }
    return std::nullopt;
  }

  static std::optional<std::string> param_reason(const std::map<std::string, std::string>& locked,
                                                 const std::map<std::string, std::string>& now) {
    for (const auto& [name, value] : now) {
      const auto found = locked.find(name);
      if (found == locked.end() || found->second != value) {
        return fmt::format("it was run with {} {} instead of {}",
                           name,
                           found == locked.end() ? "unset" : found->second,
                           value);
      }
    }
    return locked.size() == now.size() ? std::nullopt
                                       : std::optional<std::string>("it was run with more params");
  }

  bool is_current(const workspace::LockedDep& dep) const {
    using Origin = workspace::Revision::Origin;
    const auto* root = dep.root ? root_over(dep.path) : nullptr;
    if (root != nullptr) {
      return is_same_data(dep, *root);
    }
    const auto located = revision_.locate(dep.path);
    if (!dep.root) {
      return located.origin == Origin::git
                 ? located.blob == dep.git
                 : located.origin == Origin::work_tree && is_blob(dep.path, dep.git);
    }
    const auto was = workspace_.store().find_root(*dep.root);
    const bool is_file = located.origin == Origin::git || located.origin == Origin::work_tree;
    // A directory of tracked files, or a root that is not here: nothing says that it changed.
    return !was || !is_file || is_same(was->top, entry_of(dep.path));
  }

  /// The root of the data set or out that `path` is, or lies in.
  const store::ObjectId* root_over(const std::string& path) const {
    for (const auto& [over, root] : made_) {
      if (is_same_or_inside(path, over)) {
        return &root;
      }
    }
    return nullptr;
  }

  /// Two roots may be of one content. What this clone does not have it cannot compare.
  bool is_same_data(const workspace::LockedDep& dep, const store::ObjectId& root) const {
    if (*dep.root == root) {
      return true;
    }
    const auto was = workspace_.store().find_root(*dep.root);
    const auto entry =
        was && workspace_.store().find_root(root) ? revision_.find_data(dep.path) : std::nullopt;
    return !entry || is_same(was->top, *entry);
  }

  bool is_blob(const std::string& path, const git::Oid& blob) const {
    const auto content = revision_.read_text(path, kMaxBlobBytes);
    return content && workspace_.repository().hash_blob(*content) == blob;
  }

  static bool is_same(const store::Entry& a, const store::Entry& b) {
    return a.id == b.id && a.size == b.size;
  }

  /// The content of a file of this version, as the store would name it.
  store::Entry entry_of(const std::string& path) const {
    std::string content;
    revision_.read(
        path, [&](std::span<const std::uint8_t> bytes) { content.append(codec::as_text(bytes)); });
    std::size_t at = 0;
    return store::make_hash_only_writer()->put_file(
        [&](std::span<std::uint8_t> buffer) {
          const std::size_t count = std::min(buffer.size(), content.size() - at);
          std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(at), count, buffer.begin());
          at += count;
          return count;
        },
        {});
  }

  workspace::Workspace& workspace_;
  const workspace::Revision& revision_;
  const Graph& graph_;
  workspace::Lock lock_;
  std::map<std::string, store::ObjectId> made_;  ///< data sets and outs of this version
};

}  // namespace

std::map<std::string, std::string> find_stale_outs(workspace::Workspace& workspace,
                                                   const std::optional<std::string>& revision,
                                                   const std::string& pipeline_file,
                                                   const std::vector<std::string>& paths) {
  std::map<std::string, std::string> stale;
  const auto version =
      workspace::Revision::open(workspace, revision, {lock_file_of(pipeline_file)});
  const auto text = version.read_text(pipeline_file, kMaxTextBytes);
  if (!text) {
    return stale;
  }
  const auto pipeline = parse_pipeline(*text, pipeline_file);
  config::Params params;
  for (const auto& file : pipeline.params_files) {
    if (const auto values = version.read_text(file, kMaxTextBytes)) {
      params.merge_text(*values, file);
    }
  }
  const auto graph = build_graph(pipeline, params);
  const Checker checker(workspace, version, pipeline, graph);
  for (const auto& path : paths) {
    if (auto reason = checker.reason_for(path)) {
      stale.emplace(path, *std::move(reason));
    }
  }
  return stale;
}

}  // namespace mlops::pipeline
