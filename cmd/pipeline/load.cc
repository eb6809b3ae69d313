#include "pipeline/load.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::pipeline {
namespace {

constexpr std::uint64_t kMaxPipelineBytes = 4ULL << 20U;
constexpr std::uint64_t kMaxParamsBytes = 16ULL << 20U;

[[noreturn]] void fail_absent(const workspace::Workspace& workspace, const std::string& file) {
  const bool is_default = file == Selection().file;
  const bool is_here = workspace.directory() != workspace.top() &&
                       os::lstat_file(workspace.directory() / file).has_value();
  if (is_default && is_here) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no {} at the top of the repository", quote(file)),
                shell_join({"mlops", "run", file}) +
                    "   (the one in this directory; its paths are relative to the top, too)");
  }
  auto names = os::list_directory(workspace.top());
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(".toml"); });
  const auto suggestion = did_you_mean(file, names);
  throw Error(
      ErrorKind::not_found,
      fmt::format(
          "there is no {}{}", quote(file), is_default ? " at the top of the repository" : ""),
      !suggestion.empty()
          ? suggestion
          : "mlops pipeline --help shows a first one; examples/quickstart has one that runs");
}

/// Where a file of --params is, as a record names it.
std::string name_of(app::Context& context, const std::string& typed) {
  const std::filesystem::path& top = context.workspace().top();
  const auto file = (context.workspace().directory() / typed).lexically_normal();
  const auto relative = file.lexically_relative(top);
  return relative.empty() || *relative.begin() == ".." ? file.string() : relative.string();
}

/// A parameter that no file has is a slip, and would change nothing.
void assign(config::Params& params, const std::string& assignment) {
  const std::string name(trim(assignment.substr(0, assignment.find('='))));
  if (assignment.find('=') == std::string::npos || name.empty()) {
    throw Error(ErrorKind::usage,
                fmt::format("--set takes NAME=VALUE, not {}", quote(assignment)),
                "such as --set train.lr=0.1");
  }
  if (params.find(name) == nullptr) {
    throw Error(ErrorKind::usage,
                fmt::format("there is no parameter {}", quote(name)),
                "--set changes parameters that a file of 'params' has");
  }
  params.set(assignment);
}

template <typename Declared>
void require_declared(const std::map<std::string, Declared>& declared,
                      std::string_view what,
                      const std::string& name) {
  if (declared.contains(name)) {
    return;
  }
  std::vector<std::string> names;
  for (const auto& [known, value] : declared) {
    names.push_back(known);
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) {
    hint = names.empty() ? fmt::format("declare it: [{}.{}], see man mlops-pipeline", what, name)
                         : "there are: " + join(names, ", ");
  }
  throw Error(ErrorKind::usage,
              fmt::format("--{0}: the pipeline has no {0} {1}", what, quote(name)),
              std::move(hint));
}

}  // namespace

Loaded load_pipeline_at(const std::filesystem::path& top, const std::string& file) {
  Loaded loaded{parse_pipeline(os::read_file(top / file, kMaxPipelineBytes), file), {}, {}};
  for (const std::string& params : loaded.pipeline.params_files) {
    const auto values = os::read_file_if_exists(top / params, kMaxParamsBytes);
    if (!values) {
      throw Error(ErrorKind::config,
                  fmt::format("{}: params names {}, which does not exist", file, quote(params)),
                  "write it, or take it out of params");
    }
    loaded.params.merge_text(*values, params);
  }
  return loaded;
}

Loaded load_pipeline(app::Context& context, const std::string& file, const ParamsAbove& above) {
  const std::filesystem::path top = context.workspace().top();
  if (!os::lstat_file(top / file)) {
    fail_absent(context.workspace(), file);
  }
  Loaded loaded = load_pipeline_at(top, file);
  for (const std::string& typed : above.files) {
    const auto values =
        os::read_file_if_exists(context.workspace().directory() / typed, kMaxParamsBytes);
    if (!values) {
      throw Error(ErrorKind::usage,
                  fmt::format("--params: there is no {}", quote(typed)),
                  "name a file of parameters: TOML, JSON or YAML");
    }
    loaded.params.merge_text(*values, typed);
    loaded.params_files.push_back(name_of(context, typed));
  }
  for (const std::string& assignment : above.assignments) {
    assign(loaded.params, assignment);
  }
  return loaded;
}

void choose_places(Pipeline& pipeline, const Places& places) {
  if (!places.environment.empty()) {
    require_declared(pipeline.environments, "environment", places.environment);
  }
  if (!places.pool.empty()) {
    require_declared(pipeline.pools, "pool", places.pool);
  }
  for (Stage& stage : pipeline.stages) {
    stage.environment = places.environment.empty() ? stage.environment : places.environment;
    stage.pool = places.pool.empty() ? stage.pool : places.pool;
  }
}

Selection split_words(app::Context& context, const std::vector<std::string>& words) {
  Selection selection;
  bool named = false;
  for (const std::string& word : words) {
    if (!word.ends_with(".toml")) {
      selection.stages.push_back(word);
    } else if (std::exchange(named, true)) {
      throw Error(ErrorKind::usage, "one pipeline file at a time", "mlops run FILE.toml STAGE...");
    } else {
      selection.file = context.workspace().to_relative(word);
    }
  }
  return selection;
}

}  // namespace mlops::pipeline
