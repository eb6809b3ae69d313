#include "pipeline/suggest_stage.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "config/toml.h"
#include "pipeline/path.h"
#include "workspace/tree_path.h"

namespace mlops::pipeline {

namespace {

/// What [stage.NAME] takes: other characters become '-'.
std::string as_name(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, text.find('.'))) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += is_upper ? static_cast<char>(c - 'A' + 'a') : is_kept ? c : '-';
  }
  name = name.substr(0, kMaxName - 3);  // room for "-99"
  const auto first = name.find_first_not_of('-');
  if (first == std::string::npos) {
    return "";
  }
  return name.substr(first, name.find_last_not_of('-') - first + 1);
}

/// `${` in a word is no substitution.
std::string literal(std::string text) {
  for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 3)) {
    text.insert(at, "$");
  }
  return text;
}

std::string list_of(const std::vector<std::string>& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const auto& word : words) {
    texts.push_back(config::toml_string(literal(word)));
  }
  return "[" + join(texts, ", ") + "]";
}

}  // namespace

std::string suggest_name(const Pipeline& pipeline, const std::vector<std::string>& argv) {
  const auto script = std::find_if(argv.begin(), argv.end(), [](const std::string& word) {
    return !word.starts_with('-') && workspace::leaf_of(word).find('.', 1) != std::string::npos;
  });
  auto name = as_name(workspace::leaf_of(script == argv.end() ? argv.front() : *script));
  name = name.empty() ? "command" : name;
  std::set<std::string> taken;
  for (const auto& stage : pipeline.stages) {
    taken.insert(stage.name);
  }
  auto free = name;
  for (int i = 2; taken.contains(free); ++i) {
    free = fmt::format("{}-{}", name, i);
  }
  return free;
}

std::vector<std::string> suggest_deps(const workspace::Workspace& workspace,
                                      const SuggestedStage& stage) {
  std::set<std::string> deps;
  for (const auto& word : stage.argv) {
    const auto typed = workspace::join_path(stage.workdir, word);
    if (word.empty() || !path_problem(typed).empty()) {
      continue;
    }
    const auto path = normal_path(typed);
    const auto stat = path == "." ? std::nullopt : workspace.tree().lstat(path);
    const bool is_content =
        stat && (stat->kind == os::FileKind::regular || stat->kind == os::FileKind::directory);
    const bool is_out =
        std::any_of(stage.outs.begin(), stage.outs.end(), [&](const std::string& out) {
          return is_same_or_inside(path, out) || is_same_or_inside(out, path);
        });
    if (is_content && !is_out) {
      deps.insert(path);
    }
  }
  return {deps.begin(), deps.end()};
}

std::string to_toml(const SuggestedStage& stage) {
  auto text = fmt::format("[stage.{}]\ncmd = {}\n", stage.name, list_of(stage.argv));
  if (!stage.workdir.empty()) {
    text += fmt::format("workdir = {}\n", config::toml_string(literal(stage.workdir)));
  }
  if (!stage.environment.empty()) {
    text += fmt::format("environment = {}\n", config::toml_string(stage.environment));
  }
  if (!stage.pool.empty()) {
    text += fmt::format("pool = {}\n", config::toml_string(stage.pool));
  }
  if (!stage.deps.empty()) {
    text += fmt::format("deps = {}\n", list_of(stage.deps));
  }
  if (!stage.outs.empty()) {
    text += fmt::format("outs = {}\n", list_of(stage.outs));
  }
  return text;
}

}  // namespace mlops::pipeline
