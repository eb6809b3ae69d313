#include "top/experiment_needs.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "base/text.h"
#include "os/file.h"
#include "pipeline/gates.h"
#include "pipeline/path.h"

namespace mlops::top {
namespace {

bool overlap(const std::string& a, const std::string& b) {
  return pipeline::is_same_or_inside(a, b) || pipeline::is_same_or_inside(b, a);
}

/// Data sets, and outs that are made here, or that nobody reads. What the other stages made is
/// taken as it lies in the work tree, as in a run there.
std::vector<std::string> versioned(const workspace::Workspace& workspace,
                                   const std::vector<workspace::DataStatus>& data,
                                   const Reads& reads) {
  std::vector<std::string> paths;
  paths.reserve(data.size());
  for (const workspace::DataStatus& status : data) {
    paths.push_back(status.path);
  }
  const std::vector<bool> is_selected = reads.graph.flags(reads.selected);
  const auto gates = pipeline::gates_above(reads.graph, reads.selected);
  for (std::size_t i = 0; i < is_selected.size(); ++i) {
    for (const pipeline::Out& out : reads.graph.instances[i].outs) {
      const bool is_taken = !is_selected[i] && (reads.has(out.path) || gates.contains(i)) &&
                            os::lstat_file(workspace.top() / out.path);
      if (!is_taken) {
        paths.push_back(out.path);
      }
    }
  }
  return paths;
}

/// Deps, working directories and what environments are made from; patterns apart.
struct Declared {
  std::vector<std::string> paths;
  std::vector<std::string> globs;

  bool has(const std::string& path) const {
    return std::any_of(paths.begin(),
                       paths.end(),
                       [&](const auto& one) { return pipeline::is_same_or_inside(path, one); }) ||
           std::any_of(
               globs.begin(), globs.end(), [&](const auto& one) { return glob_match(one, path); });
  }
  bool reaches_into(const std::string& directory) const {
    return std::any_of(paths.begin(),
                       paths.end(),
                       [&](const auto& one) { return overlap(one, directory); }) ||
           std::any_of(globs.begin(), globs.end(), [&](const auto& one) {
             return pipeline::glob_reaches_into(one, directory);
           });
  }
};

Declared declared_by(const Reads& reads) {
  Declared declared;
  for (const std::string& dep : reads.deps) {
    (is_glob(dep) ? declared.globs : declared.paths).push_back(dep);
  }
  for (const std::size_t gate : pipeline::gates_above(reads.graph, reads.selected)) {
    for (const pipeline::Out& out : reads.graph.instances[gate].outs) {
      declared.paths.push_back(out.path);  // its checks read it
    }
  }
  for (const std::size_t index : reads.selected) {
    const std::string& workdir = reads.graph.instances[index].workdir;
    if (workdir != ".") {
      declared.paths.push_back(workdir);
    }
  }
  for (const auto& [name, environment] : reads.pipeline.environments) {
    declared.paths.insert(
        declared.paths.end(), environment.requirements.begin(), environment.requirements.end());
    for (const std::string& file : {environment.file, environment.lock}) {
      if (!file.empty()) {
        declared.paths.push_back(file);
      }
    }
  }
  return declared;
}

/// Those that a path names, from the top.
std::vector<std::string> programs_of(const Reads& reads) {
  std::vector<std::string> programs;
  for (const std::size_t index : reads.selected) {
    const pipeline::Instance& instance = reads.graph.instances[index];
    const std::string& name = instance.argv.front();
    if (name.find('/') == std::string::npos || name.starts_with('/')) {
      continue;
    }
    const std::string path =
        (std::filesystem::path(instance.workdir) / name).lexically_normal().string();
    if (!path.starts_with("..")) {
      programs.push_back(path);
    }
  }
  return programs;
}

/// Packages, and what PATH leads into: stages use it in the origin as it is.
std::vector<std::string> in_use(app::Context& context, const Reads& reads) {
  const std::filesystem::path& top = context.workspace().top();
  std::vector<std::string> paths;
  const auto add = [&](const std::filesystem::path& place) {
    const std::string path = place.lexically_normal().lexically_relative(top).string();
    if (!path.empty() && path != "." && !path.starts_with("..")) {
      paths.push_back(path);
    }
  };
  for (const auto& [name, environment] : reads.pipeline.environments) {
    for (const std::string& path : {environment.path, environment.prefix}) {
      if (!path.empty() && !path.starts_with('~')) {
        add(top / path);
      }
    }
  }
  const std::string search_path = context.environment().get("PATH");
  for (const std::string_view entry : split(search_path, ':')) {
    if (entry.starts_with('/')) {
      add(entry);
    }
  }
  return paths;
}

}  // namespace

bool Reads::has(const std::string& path) const {
  return std::any_of(
      deps.begin(), deps.end(), [&](const std::string& dep) { return overlap(dep, path); });
}

Reads find_reads(const pipeline::Pipeline& pipeline,
                 const pipeline::Graph& graph,
                 const pipeline::Choice& choice) {
  Reads reads{pipeline, graph, graph.resolve(choice), {}};
  for (const std::size_t index : reads.selected) {
    const pipeline::Instance& instance = graph.instances[index];
    reads.deps.insert(instance.deps.begin(), instance.deps.end());
  }
  return reads;
}

workspace::IgnoredNeeds find_needs(app::Context& context,
                                   const std::vector<workspace::DataStatus>& data,
                                   const Reads& reads,
                                   pipeline::Isolation isolation) {
  const Declared declared = declared_by(reads);
  workspace::IgnoredNeeds needs;
  needs.versioned = versioned(context.workspace(), data, reads);
  needs.is_declared = [declared](const std::string& path) { return declared.has(path); };
  needs.has_declared = [declared](const std::string& path) { return declared.reaches_into(path); };
  needs.programs = programs_of(reads);
  needs.in_use = in_use(context, reads);
  needs.others = isolation == pipeline::Isolation::none ? workspace::IgnoredNeeds::Others::bounded
                                                        : workspace::IgnoredNeeds::Others::none;
  return needs;
}

std::vector<std::string> plain_deps(const Reads& reads, const workspace::IgnoredNeeds& needs) {
  std::vector<std::string> paths;
  std::copy_if(
      reads.deps.begin(), reads.deps.end(), std::back_inserter(paths), [&](const std::string& dep) {
        return std::none_of(needs.versioned.begin(), needs.versioned.end(), [&](const auto& path) {
          return overlap(dep, path);
        });
      });
  return paths;
}

}  // namespace mlops::top
