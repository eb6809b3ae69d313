#include "pipeline/dvc_results.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "config/params.h"
#include "pipeline/cache_entry.h"
#include "pipeline/dvc_content.h"
#include "pipeline/dvc_lock.h"
#include "pipeline/environments.h"
#include "pipeline/key.h"
#include "pipeline/lock_update.h"
#include "pipeline/plan.h"
#include "pipeline/process_environment.h"
#include "workspace/snapshot.h"
#include "workspace/tree_write.h"

namespace mlops::pipeline {

namespace {

constexpr const char* kGrade = "weak";
constexpr const char* kRun = "dvc";

/// The values of a file by their first key, as DVC notes those of a whole one.
std::map<std::string, std::string> list_top(const config::Params& params) {
  std::map<std::string, std::string> top;
  for (const auto& [key, value] : params.all().items()) {
    top[key] = config::canonical_json(value);
  }
  return top;
}

class Taker {
 public:
  Taker(const RunContext& context, const std::map<std::string, std::string>& locks)
      : context_(context),
        content_(context.workspace, context.progress, context.cancel),
        environments_(context),
        lock_(context.workspace, context.pipeline, context.graph) {
    for (const auto& [file, text] : locks) {
      const auto slash = file.rfind('/');
      const std::string name =
          (slash == std::string::npos ? "" : file.substr(0, slash + 1)) + "dvc.lock";
      stages_[file] = parse_dvc_stages(text, name);
    }
    for (const Instance& instance : context.graph.instances) {
      instances_[{instance.stage->name, instance.matrix_typed}] = &instance;
    }
  }

  DvcResults run(const std::vector<DvcInstance>& instances) {
    DvcResults all;
    context_.progress.begin("taking over results", instances.size(), 0);
    for (const DvcInstance& of_dvc : instances) {
      context_.cancel.check();
      const Instance& instance = find_instance(of_dvc);
      DvcResult result{of_dvc.name, instance.id, take(of_dvc, instance)};
      has_any_ = has_any_ || result.problem.empty();
      all.results.push_back(std::move(result));
      context_.progress.advance(1, 0);
    }
    context_.progress.end();
    if (has_any_) {
      all.lock = lock_.text();
    }
    return all;
  }

 private:
  const Instance& find_instance(const DvcInstance& of_dvc) const {
    const auto found = instances_.find({of_dvc.stage, of_dvc.matrix});
    if (found == instances_.end()) {
      throw Error(ErrorKind::internal,
                  fmt::format("stage {} of DVC became no instance", quote(of_dvc.name)));
    }
    return *found->second;
  }

  /// Why it cannot be taken over; empty when it was.
  std::string take(const DvcInstance& of_dvc, const Instance& instance) {
    const auto& stages = stages_[of_dvc.file];
    const auto locked = stages.find(of_dvc.name);
    if (locked == stages.end()) {
      return "DVC has not run it";
    }
    if (locked->second.command != of_dvc.command) {
      return "DVC ran another command";
    }
    if (!is_cacheable(*instance.stage)) {
      return "it always runs";
    }
    std::vector<Input> inputs;
    std::string problem = find_inputs(locked->second, instance, inputs);
    if (problem.empty()) {
      problem = params_problem(locked->second, instance);
    }
    if (!problem.empty()) {
      return problem;
    }
    const auto variables = base_variables(context_.options.environment);
    const auto path = variables.find("PATH");
    if (!find_program(instance,
                      context_.workspace.top(),
                      path == variables.end() ? std::string() : path->second)) {
      return fmt::format("its program {} is not here", quote(instance.argv.front()));
    }
    return keep(locked->second, instance, inputs);
  }

  /// A path of dvc.lock from the top; only compared, so that it may lead anywhere.
  static std::string placed(const Instance& instance, const std::string& path) {
    auto text = (std::filesystem::path(instance.workdir) / path).lexically_normal().string();
    while (text.ends_with('/')) {
      text.pop_back();
    }
    return text;
  }

  static const DvcLockedPath* find_path(const std::vector<DvcLockedPath>& paths,
                                        const Instance& instance,
                                        const std::string& path) {
    const auto found = std::find_if(paths.begin(), paths.end(), [&](const DvcLockedPath& one) {
      return placed(instance, one.path) == path;
    });
    return found == paths.end() ? nullptr : &*found;
  }

  std::string find_inputs(const DvcLockedStage& locked,
                          const Instance& instance,
                          std::vector<Input>& inputs) {
    InputReader reader(context_.workspace, context_.progress, context_.cancel);
    for (const auto& dep : instance.deps) {
      std::optional<store::Entry> entry;
      if (const auto* const found = find_path(locked.deps, instance, dep)) {
        entry = content_.find(dep, found->id);
        if (!entry) {
          return fmt::format("DVC ran it with another {}", quote(dep));
        }
      } else if (is_whole_params(locked, instance, dep)) {
        entry = reader.find_in_tree(dep);
      }
      if (!entry) {
        return fmt::format("dvc.lock does not say with which {} it ran", quote(dep));
      }
      inputs.push_back({dep, *std::move(entry)});
    }
    std::sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) {
      return a.path < b.path;
    });
    return "";
  }

  /// A parameter file that is a dep as a whole, with the values that DVC saw, all of them.
  bool is_whole_params(const DvcLockedStage& locked,
                       const Instance& instance,
                       const std::string& file) const {
    for (const auto& [name, values] : locked.params) {
      if (placed(instance, name) != file || !DvcParamFiles::is_readable(file)) {
        continue;
      }
      const auto text =
          workspace::read_text(context_.workspace.tree(), file, kMaxDvcParamsBytes).value_or("");
      config::Params params;
      params.merge_text(text, file);
      return list_top(params) == values;
    }
    return false;
  }

  std::string params_problem(const DvcLockedStage& locked, const Instance& instance) const {
    for (const auto& [path, value] : instance.params) {
      bool is_known = false;
      for (const auto& [file, values] : locked.params) {
        const auto found = values.find(path);
        if (found == values.end()) {
          continue;
        }
        // Every file that has it: DVC keeps them apart, and the stage may have read any of them.
        is_known = found->second == value;
        if (!is_known) {
          break;
        }
      }
      if (!is_known) {
        return fmt::format("DVC ran it with another {}", quote(path));
      }
    }
    return "";
  }

  std::string keep(const DvcLockedStage& locked,
                   const Instance& instance,
                   const std::vector<Input>& inputs) {
    CacheEntry entry;
    for (const Out& out : instance.outs) {
      const auto* const found = find_path(locked.outs, instance, out.path);
      const auto content = found == nullptr ? std::nullopt : content_.find(out.path, found->id);
      if (!content) {
        return fmt::format("its out {} is not here", quote(out.path));
      }
      MadeOutRecord record{out.path, *content, std::nullopt};
      if (out.cache) {
        record.root = root_of(out.path, *content);
        if (!record.root) {
          return fmt::format("its out {} changed meanwhile", quote(out.path));
        }
      }
      entry.outs.push_back(std::move(record));
    }
    const EnvironmentIdentity environment = environments_.identify(instance);
    entry.environment = environment.identity;
    entry.grade = kGrade;
    entry.run_id = kRun;
    entry.parts = make_key_parts(instance, inputs, environment, context_.options.environment);
    const auto key = compute_key(entry.parts);
    auto& store = context_.workspace.store();
    const auto text = store.find_result(key);
    const auto known = text ? decode_cache_entry(*text, instance) : std::nullopt;
    if (!known || known->parts != entry.parts) {
      store.put_result(key, encode_cache_entry(entry));
    }
    lock_.record(instance, inputs, entry, context_.progress, context_.cancel);
    return "";
  }

  /// The version with this content: the one that was taken over, or what lies there, stored.
  std::optional<store::ObjectId> root_of(const std::string& path, const store::Entry& content) {
    auto& store = context_.workspace.store();
    if (const auto root = store.find_root_of(content)) {
      return root;
    }
    const os::Waiter waiter{context_.progress, context_.cancel};
    const auto writer = store.begin_write(&waiter);
    auto top = workspace::store_path(context_.workspace,
                                     *writer,
                                     path,
                                     workspace::SnapshotOptions::everything(),
                                     context_.progress,
                                     context_.cancel)
                   .top;
    top.name.clear();
    return top == content ? std::optional(writer->commit(top, path)) : std::nullopt;
  }

  const RunContext& context_;
  DvcContent content_;
  Environments environments_;
  LockUpdater lock_;
  std::map<std::string, std::map<std::string, DvcLockedStage>> stages_;  ///< by dvc.yaml
  /// By stage and matrix.
  std::map<std::pair<std::string, std::map<std::string, std::string>>, const Instance*> instances_;
  bool has_any_ = false;
};

}  // namespace

DvcResults take_over_results(const RunContext& context,
                             const std::vector<DvcInstance>& instances,
                             const std::map<std::string, std::string>& locks) {
  return Taker(context, locks).run(instances);
}

}  // namespace mlops::pipeline
