#include "pipeline/dvc_lock.h"

#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/params.h"
#include "config/yaml_tree.h"
#include "workspace/dvc_files.h"

namespace mlops::pipeline {

namespace {

using config::YamlNode;

constexpr std::uint32_t kMaxLockDepth = 32;
constexpr std::string_view kDirectory = ".dir";

std::optional<store::ForeignId> id_of(const YamlNode& entry, const DvcPlace& place) {
  const YamlNode* const md5 = entry.find("md5");
  if (md5 == nullptr || md5->is_null()) {
    return std::nullopt;
  }
  const YamlNode* const hash = entry.find("hash");
  std::string text = hash == nullptr || hash->is_null() ? "md5-dos2unix:" : "md5:";
  if (hash != nullptr && !hash->is_null() &&
      require_text(*hash, place.at("hash", hash->line)) != "md5") {
    return std::nullopt;
  }
  text += require_text(*md5, place.at("md5", md5->line));
  const YamlNode* const executable = entry.find("isexec");
  const bool is_executable =
      executable != nullptr && executable->boolean() != nullptr && *executable->boolean();
  if (is_executable && !text.ends_with(kDirectory)) {
    text += ".exec";
  }
  auto id = store::parse_foreign(text);
  if (!id) {
    place.at("md5", md5->line).fail("must be 32 hex digits, then maybe '.dir'");
  }
  return id;
}

std::vector<DvcLockedPath> read_paths(const YamlNode& stage,
                                      std::string_view key,
                                      const DvcPlace& place) {
  std::vector<DvcLockedPath> paths;
  const YamlNode* const list = stage.find(key);
  if (list == nullptr || list->is_null()) {
    return paths;
  }
  const DvcPlace at = place.at(key, list->line);
  if (list->kind != YamlNode::Kind::list) {
    at.fail("must be a list");
  }
  for (std::size_t i = 0; i < list->children.size(); ++i) {
    const YamlNode& entry = list->children[i];
    const DvcPlace one = at.at(fmt::format("[{}]", i), entry.line);
    const YamlNode* const path = entry.find("path");
    if (path == nullptr) {
      one.fail("has no path");
    }
    if (auto id = id_of(entry, one)) {
      paths.push_back({require_text(*path, one.at("path", path->line)), *std::move(id)});
    }
  }
  return paths;
}

DvcCommand read_command(const YamlNode& stage, const DvcPlace& place) {
  DvcCommand command;
  const YamlNode* const cmd = stage.find("cmd");
  if (cmd == nullptr) {
    return command;
  }
  const DvcPlace at = place.at("cmd", cmd->line);
  command.is_list = cmd->kind == YamlNode::Kind::list;
  if (!command.is_list) {
    command.lines.push_back(require_text(*cmd, at));
    return command;
  }
  for (const YamlNode& line : cmd->children) {
    command.lines.push_back(require_text(line, at));
  }
  return command;
}

void read_params(const YamlNode& stage, const DvcPlace& place, DvcLockedStage& locked) {
  const YamlNode* const files = stage.find("params");
  if (files == nullptr || files->is_null()) {
    return;
  }
  for (std::size_t i = 0; i < files->keys.size(); ++i) {
    const YamlNode& values = files->children[i];
    if (values.kind != YamlNode::Kind::table) {
      place.at("params", files->line).at(files->keys[i], values.line).fail("must be a table");
    }
    auto& of_file = locked.params[files->keys[i]];
    for (std::size_t k = 0; k < values.keys.size(); ++k) {
      of_file[values.keys[k]] = config::canonical_json(values.children[k].to_json());
    }
  }
}

}  // namespace

std::map<std::string, DvcLockedStage> parse_dvc_stages(std::string_view text,
                                                       const std::string& file) {
  const YamlNode top =
      config::parse_yaml_tree(text, file, {workspace::kMaxDvcLockBytes, kMaxLockDepth});
  const DvcPlace place{file, 0, ""};
  // Before schema 2.0 the stages stand at the top.
  const YamlNode* const stages = top.find("schema") == nullptr ? &top : top.find("stages");
  std::map<std::string, DvcLockedStage> all;
  if (stages == nullptr || stages->is_null()) {
    return all;
  }
  const DvcPlace at = stages == &top ? place : place.at("stages", stages->line);
  if (stages->kind != YamlNode::Kind::table) {
    at.fail("must be a table");
  }
  for (std::size_t i = 0; i < stages->keys.size(); ++i) {
    const YamlNode& stage = stages->children[i];
    const DvcPlace one = at.at(stages->keys[i], stage.line);
    if (stage.kind != YamlNode::Kind::table) {
      one.fail("must be a table");
    }
    DvcLockedStage& locked = all[stages->keys[i]];
    locked.command = read_command(stage, one);
    locked.deps = read_paths(stage, "deps", one);
    locked.outs = read_paths(stage, "outs", one);
    read_params(stage, one, locked);
  }
  return all;
}

}  // namespace mlops::pipeline
