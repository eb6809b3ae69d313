#include "pipeline/dvc_stage.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/suggest.h"
#include "base/text.h"
#include "pipeline/dvc_command.h"
#include "pipeline/dvc_outs.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

namespace {

using config::YamlNode;

constexpr const char* kDefaultParams = "params.yaml";

DvcText literal_text(std::string text) {
  DvcText result;
  if (!text.empty()) {
    result.pieces.push_back({std::move(text), ""});
  }
  return result;
}

/// "a" and "./b/" → "a/b": what can be done to a path without knowing all of it.
std::string join_lightly(const std::string& directory, std::string path) {
  while (path.starts_with("./")) {
    path.erase(0, 2);
  }
  while (path.ends_with('/')) {
    path.pop_back();
  }
  if (path.empty() || path == ".") {
    return directory.empty() ? "." : directory;
  }
  return directory.empty() || directory == "." ? path : directory + "/" + path;
}

/// The part of a dotted path that leads through tables: "layers" of "layers.0.lr" where layers is a
/// list. Empty when nothing is there.
std::string table_path(const nlohmann::json& values, const std::string& dotted) {
  const nlohmann::json* at = &values;
  std::string path;
  for (const auto part : split(dotted, '.')) {
    if (at->is_array()) {
      return path;
    }
    const auto found = at->is_object() ? at->find(std::string(part)) : at->end();
    if (found == at->end()) {
      return "";
    }
    at = &*found;
    path += (path.empty() ? "" : ".") + std::string(part);
  }
  return path;
}

std::string remark_of(const DvcUses& uses) {
  return "written out, a change of the file no longer changes it: " + join(uses.written_out, ", ");
}

class StageTranslator {
 public:
  StageTranslator(const DvcStageSource& source, const DvcSurroundings& surroundings)
      : source_(source),
        body_(source.body),
        surroundings_(surroundings),
        names_(source.names),
        stage_(source.name) {}

  DvcStage translate() {
    check_keys();
    read_directory();
    const std::vector<DvcText> lines = read_lines();
    read_deps();
    read_params();
    DvcOuts outs(surroundings_, [&](const std::string& text, const DvcPlace& place) {
      return place_path(text, place);
    });
    for (const char* const key : {"outs", "metrics", "plots"}) {
      if (const YamlNode* const list = find(key)) {
        outs.read(*list, key, at(key));
      }
    }
    write(lines, outs);
    return {std::move(stage_), std::move(uses_)};
  }

  DvcCommand command() {
    read_directory();
    DvcCommand command;
    const YamlNode& cmd = require_cmd();
    command.is_list = cmd.kind == YamlNode::Kind::list;
    for (const auto& [text, place] : command_texts(cmd)) {
      command.lines.push_back(render(*text, DvcTextKind::command, place).resolved());
    }
    return command;
  }

 private:
  const YamlNode* find(std::string_view key) const {
    const YamlNode* const found = body_.find(key);
    return found == nullptr || found->is_null() ? nullptr : found;
  }
  DvcPlace at(std::string_view key) const {
    const YamlNode* const found = body_.find(key);
    return source_.place.at(key, found == nullptr ? 0 : found->line);
  }
  DvcText render(const std::string& text, DvcTextKind kind, const DvcPlace& place) {
    return render_dvc_text(text, names_, kind, place, uses_);
  }
  bool is_true(std::string_view key) const {
    const YamlNode* const value = find(key);
    if (value == nullptr) {
      return false;
    }
    if (value->boolean() == nullptr) {
      at(key).fail("must be true or false");
    }
    return *value->boolean();
  }

  void check_keys() const {
    if (body_.kind != YamlNode::Kind::table) {
      source_.place.fail("must be a table");
    }
    static const std::vector<std::string> kKnown{"cmd",
                                                 "wdir",
                                                 "deps",
                                                 "outs",
                                                 "metrics",
                                                 "plots",
                                                 "params",
                                                 "vars",
                                                 "frozen",
                                                 "meta",
                                                 "desc",
                                                 "always_changed",
                                                 "matrix"};
    for (const std::string& key : body_.keys) {
      if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
        at(key).fail("no key that a stage of DVC 3 has", did_you_mean(key, kKnown));
      }
    }
    if (is_true("frozen")) {
      at("frozen").fail("a stage that is never run again has no counterpart here",
                        "dvc unfreeze it; or remove the stage and dvc add what it made");
    }
  }

  /// wdir, and the names of `vars` that are looked for from there.
  void read_directory() {
    directory_ = {join_lightly("", source_.directory), join_lightly("", source_.directory)};
    if (const YamlNode* const wdir = find("wdir")) {
      const DvcText text = render(require_text(*wdir, at("wdir")), DvcTextKind::path, at("wdir"));
      directory_ = place(directory_, text, at("wdir"));
      differs_by_axis_ = text.has_axis();
    }
    if (const YamlNode* const vars = find("vars")) {
      add_dvc_vars(*vars, directory_.resolved, at("vars"), surroundings_.files, names_);
    }
  }

  DvcPath place(const DvcPath& directory, const DvcText& text, const DvcPlace& place) {
    const std::string resolved = text.resolved();
    const std::string normal = place_dvc_path(directory.resolved, resolved, place);
    if (join_lightly(directory.resolved, resolved) == normal) {
      return {join_lightly(directory.ours, text.ours()), normal};
    }
    // With ".." in it the parts can no longer be told apart.
    if (text.has_axis() || differs_by_axis_) {
      place.fail("'..' around a value of foreach or matrix");
    }
    if (text.has_kept() || directory.ours != literal_text(directory.resolved).ours()) {
      uses_.written_out.push_back(fmt::format("the path {}", quote(normal)));
    }
    return {literal_text(normal).ours(), normal};
  }
  DvcPath place_path(const std::string& text, const DvcPlace& at) {
    return place(directory_, render(text, DvcTextKind::path, at), at);
  }

  const YamlNode& require_cmd() const {
    const YamlNode* const cmd = find("cmd");
    if (cmd == nullptr) {
      source_.place.fail("has no cmd");
    }
    return *cmd;
  }

  std::vector<std::pair<const std::string*, DvcPlace>> command_texts(const YamlNode& cmd) const {
    std::vector<std::pair<const std::string*, DvcPlace>> texts;
    if (cmd.kind == YamlNode::Kind::list) {
      for (std::size_t i = 0; i < cmd.children.size(); ++i) {
        const DvcPlace place = at("cmd").at(fmt::format("[{}]", i), cmd.children[i].line);
        texts.emplace_back(&require_text(cmd.children[i], place), place);
      }
    } else {
      texts.emplace_back(&require_text(cmd, at("cmd")), at("cmd"));
    }
    return texts;
  }

  /// What DVC gives to a shell of its own each: the elements of a list, the lines of a text.
  std::vector<DvcText> read_lines() {
    const YamlNode& cmd = require_cmd();
    std::vector<DvcText> lines;
    for (const auto& [text, place] : command_texts(cmd)) {
      const bool is_element = cmd.kind == YamlNode::Kind::list;
      for (const auto line :
           is_element ? std::vector<std::string_view>{*text} : split(*text, '\n')) {
        const auto trimmed = trim(line);
        if (!trimmed.empty() &&
            !(trimmed.starts_with('#') && trimmed.find('\n') == std::string_view::npos)) {
          lines.push_back(render(std::string(trimmed), DvcTextKind::command, place));
        }
      }
    }
    if (lines.empty()) {
      at("cmd").fail("is empty");
    }
    return lines;
  }

  void add_dep(const std::string& ours, std::string remark = {}) {
    const std::string value = toml_text(ours);
    if (std::none_of(
            deps_.begin(), deps_.end(), [&](const TomlItem& dep) { return dep.value == value; })) {
      deps_.push_back({value, std::move(remark)});
    }
  }

  void read_deps() {
    const YamlNode* const list = find("deps");
    if (list == nullptr) {
      return;
    }
    if (list->kind != YamlNode::Kind::list) {
      at("deps").fail("must be a list");
    }
    for (std::size_t i = 0; i < list->children.size(); ++i) {
      const DvcPlace place = at("deps").at(fmt::format("[{}]", i), list->children[i].line);
      const std::string& text = require_text(list->children[i], place);
      if (text.starts_with('#') || text.starts_with("ds://")) {
        place.fail("data sets and databases of DVC have no counterpart here");
      }
      const DvcPath dep = place_path(text, place);
      if (is_glob(dep.resolved)) {
        place.fail(fmt::format("{} would be a pattern here", quote(dep.resolved)),
                   "rename the file: without '*', '?', '[' and '\\'");
      }
      if (dep.resolved == ".") {
        place.fail("the top of the repository cannot be a dep: every run changes it",
                   "name the directories that the stage reads");
      }
      add_dep(dep.ours);
    }
  }

  void read_params() {
    const YamlNode* const list = find("params");
    if (list == nullptr) {
      return;
    }
    if (list->kind != YamlNode::Kind::list) {
      at("params").fail("must be a list");
    }
    if (differs_by_axis_) {
      at("params").fail("of a wdir that differs from one instance to the next");
    }
    for (std::size_t i = 0; i < list->children.size(); ++i) {
      const YamlNode& child = list->children[i];
      const DvcPlace place = at("params").at(fmt::format("[{}]", i), child.line);
      if (child.kind != YamlNode::Kind::table) {
        add_param(kDefaultParams, require_text(child, place), place);
        continue;
      }
      for (std::size_t k = 0; k < child.keys.size(); ++k) {
        read_params_of(
            child.keys[k], child.children[k], place.at(child.keys[k], child.children[k].line));
      }
    }
  }

  void read_params_of(const std::string& file, const YamlNode& keys, const DvcPlace& place) {
    const bool is_whole =
        keys.is_null() || (keys.kind == YamlNode::Kind::list && keys.children.empty());
    const DvcPath path = place_path(file, place);
    if (is_whole) {
      add_dep(path.ours, "all of it is parameters");
      return;
    }
    if (!DvcParamFiles::is_readable(path.resolved)) {
      add_dep(path.ours, "DVC looked at some of its parameters only");
      return;
    }
    if (keys.kind != YamlNode::Kind::list) {
      place.fail("must be a list of keys");
    }
    for (const YamlNode& key : keys.children) {
      add_param(file, require_text(key, place), place);
    }
  }

  void add_param(const std::string& file, const std::string& key, const DvcPlace& place) {
    const std::string path = place_path(file, place).resolved;
    const auto values = surroundings_.files.find(path);
    if (!values) {
      place.fail(fmt::format("the parameter file {} does not exist", quote(path)));
    }
    const DvcText name = render(key, DvcTextKind::path, place);
    const std::string resolved = name.resolved();
    const std::string found = table_path(*values, resolved);
    if (found.empty()) {
      place.fail(fmt::format("{} has no parameter {}", quote(path), quote(resolved)));
    }
    uses_.kept.push_back({path, found, place});
    const bool is_all = found == resolved;
    const std::string value = toml_text(is_all ? name.ours() : literal_text(found).ours());
    if (std::none_of(params_.begin(), params_.end(), [&](const TomlItem& param) {
          return param.value == value;
        })) {
      params_.push_back(
          {value, is_all ? "" : fmt::format("DVC looked at {} of the list only", resolved)});
    }
  }

  void write(const std::vector<DvcText>& lines, const DvcOuts& outs) {
    if (const YamlNode* const meta = find("meta")) {
      stage_.add_remark("meta: " + meta->to_json().dump());
    }
    if (const YamlNode* const desc = find("desc")) {
      stage_.add("description", toml_text(require_text(*desc, at("desc"))));
    }
    if (!source_.matrix.empty()) {
      stage_.add("matrix", source_.matrix);
    }
    stage_.add("cmd", dvc_command_as_toml(lines));
    if (needs_shell(lines)) {
      std::vector<TomlItem> words;
      for (const std::string& word : surroundings_.shell) {
        words.push_back({toml_text(word)});
      }
      stage_.add_list("shell", words);
    }
    if (directory_.ours != ".") {
      stage_.add("workdir", toml_text(directory_.ours));
    }
    stage_.add_list("deps", deps_);
    outs.write(stage_);
    stage_.add_list("params", params_);
    if (is_true("always_changed")) {
      stage_.add("cache", "false");
    } else if (deps_.empty() && params_.empty() && !outs.empty()) {
      stage_.add("cache", "\"always\"");
    }
    if (!uses_.written_out.empty()) {
      stage_.add_remark(remark_of(uses_));
    }
  }

  const DvcStageSource& source_;
  const YamlNode& body_;
  const DvcSurroundings& surroundings_;
  DvcNames names_;
  TomlStage stage_;
  DvcUses uses_;
  DvcPath directory_;
  bool differs_by_axis_ = false;
  std::vector<TomlItem> deps_;
  std::vector<TomlItem> params_;
};

}  // namespace

DvcStage translate_dvc_stage(const DvcStageSource& source, const DvcSurroundings& surroundings) {
  return StageTranslator(source, surroundings).translate();
}

DvcCommand resolve_dvc_command(const DvcStageSource& source, const DvcSurroundings& surroundings) {
  return StageTranslator(source, surroundings).command();
}

}  // namespace mlops::pipeline
