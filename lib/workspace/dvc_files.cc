#include "workspace/dvc_files.h"

#include <array>
#include <filesystem>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "config/param_formats.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

using nlohmann::json;

constexpr std::string_view kDirectory = ".dir";
constexpr std::uint32_t kMaxDepth = 32;

[[noreturn]] void fail(const std::string& label, const std::string& key, std::string_view problem) {
  throw Error(ErrorKind::config,
              fmt::format("{}: {}{}{}", label, key, key.empty() ? "" : ": ", problem));
}

/// A value that is a table of the other tool's, with the name by which messages know it.
struct Node {
  const json& value;
  const std::string& label;
  std::string key;

  const json* find(const char* name) const {
    const auto found = value.find(name);
    return found == value.end() || found->is_null() ? nullptr : &*found;
  }
  std::string name_of(std::string_view name) const {
    return key.empty() ? std::string(name) : fmt::format("{}.{}", key, name);
  }
  std::optional<std::string> find_text(const char* name) const {
    const json* const found = find(name);
    if (found != nullptr && !found->is_string()) {
      fail(label, name_of(name), "must be a text");
    }
    return found == nullptr ? std::nullopt : std::optional(found->get<std::string>());
  }
  bool is_true(const char* name) const {
    const json* const found = find(name);
    return found != nullptr && found->is_boolean() && found->get<bool>();
  }
  std::optional<std::uint64_t> find_count(const char* name) const {
    const json* const found = find(name);
    if (found == nullptr) {
      return std::nullopt;
    }
    if (!found->is_number_integer() || found->get<std::int64_t>() < 0) {
      fail(label, name_of(name), "must be a count");
    }
    return static_cast<std::uint64_t>(found->get<std::int64_t>());
  }
};

Node table_at(const json& value, const std::string& label, std::string key) {
  if (!value.is_object()) {
    fail(label, key, "must be a table");
  }
  return {value, label, std::move(key)};
}

/// "../data" seen from "a/b" → "a/data". Error{config} when it leaves the work tree.
std::string path_from(std::string_view directory, const std::string& path, const Node& node) {
  const std::filesystem::path joined = (std::filesystem::path(directory) / path).lexically_normal();
  std::string normal = joined.string();
  while (normal.ends_with('/')) {
    normal.pop_back();
  }
  if (normal == ".") {
    normal.clear();
  }
  // The top itself may be a place to stand in, but is no data.
  const bool is_outside = joined.is_absolute() || normal == ".." || normal.starts_with("../") ||
                          path.find("://") != std::string::npos;
  if (const std::string problem = is_outside       ? "leads out of the work tree"
                                  : normal.empty() ? std::string()
                                                   : path_problem(normal);
      !problem.empty()) {
    fail(node.label, node.key, fmt::format("{} {}", quote(path), problem));
  }
  return normal;
}

/// Nothing: git has it, DVC's cache does not.
std::optional<DvcOut> read_out(const Node& out, const std::optional<std::string>& directory) {
  if (const json* const cache = out.find("cache"); cache != nullptr && *cache == false) {
    return std::nullopt;
  }
  const auto path = out.find_text("path");
  if (!path) {
    fail(out.label, out.name_of("path"), "is missing");
  }
  DvcOut result;
  result.path =
      directory ? path_from(*directory, *path, {out.value, out.label, out.name_of("path")}) : *path;
  auto md5 = out.find_text("md5");
  if (!md5) {
    fail(out.label,
         out.name_of("md5"),
         fmt::format("is missing: DVC's cache does not hold {}", quote(*path)));
  }
  const bool is_directory = md5->ends_with(kDirectory);
  result.id.kind = is_directory            ? store::EntryKind::directory
                   : out.is_true("isexec") ? store::EntryKind::executable
                                           : store::EntryKind::file;
  result.id.digest = md5->substr(0, md5->size() - (is_directory ? kDirectory.size() : 0));
  if (!is_dvc_md5(result.id.digest)) {
    fail(out.label, out.name_of("md5"), "must be 32 hex digits, then maybe '.dir'");
  }
  const auto hash = out.find_text("hash");
  if (hash && *hash != "md5") {
    fail(out.label, out.name_of("hash"), fmt::format("is {}, not 'md5'", quote(*hash)));
  }
  result.id.hash = hash ? store::ForeignId::Hash::md5 : store::ForeignId::Hash::md5_dos2unix;
  result.bytes = out.find_count("size").value_or(0);
  result.files = is_directory ? out.find_count("nfiles").value_or(0) : 1;
  if (result.path.empty()) {
    fail(out.label, out.name_of("path"), "is the top of the work tree, which cannot be data");
  }
  return result;
}

/// Without a directory, paths stay as they are.
void read_outs(const Node& owner,
               const std::optional<std::string>& directory,
               std::vector<DvcOut>& outs) {
  const json* const list = owner.find("outs");
  if (list == nullptr) {
    return;
  }
  if (!list->is_array()) {
    fail(owner.label, owner.name_of("outs"), "must be a list");
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Node out = table_at((*list)[i], owner.label, owner.name_of(fmt::format("outs[{}]", i)));
    if (auto read = read_out(out, directory)) {
      outs.push_back(std::move(*read));
    }
  }
}

/// Where the stage of that name stands, relative to its dvc.yaml.
std::string working_directory(const json& pipeline, std::string_view stage, const Node& lock) {
  const auto stages = pipeline.find("stages");
  if (stages == pipeline.end() || !stages->is_object()) {
    return {};
  }
  // "train@us" is one of those that the stage "train" unfolds to.
  auto found = stages->find(std::string(stage));
  if (found == stages->end()) {
    found = stages->find(std::string(stage.substr(0, stage.find('@'))));
  }
  if (found == stages->end() || !found->is_object()) {
    return {};
  }
  const auto body = found->find("do");
  const json& declared = body != found->end() && body->is_object() ? *body : *found;
  const auto wdir = declared.find("wdir");
  if (wdir == declared.end() || !wdir->is_string()) {
    return {};
  }
  auto text = wdir->get<std::string>();
  if (text.find("${") != std::string::npos) {
    fail(lock.label, lock.key, fmt::format("its wdir in {} is a template", kDvcPipeline));
  }
  return text;
}

json parse_yaml(std::string_view text, const std::string& label, std::uint64_t max_bytes) {
  return config::parse_yaml_params(text, label, {max_bytes, kMaxDepth});
}

/// Before schema 2.0 the stages stand at the top.
void for_each_stage(const json& document,
                    const std::string& label,
                    const std::function<void(const std::string&, const Node&)>& visit) {
  const bool has_schema = document.contains("schema");
  const auto stages = document.find("stages");
  if (has_schema && stages == document.end()) {
    return;
  }
  const Node list = has_schema ? table_at(*stages, label, "stages") : table_at(document, label, {});
  for (const auto& [name, value] : list.value.items()) {
    visit(name, table_at(value, label, list.name_of(name)));
  }
}

/// A value of DVC's config: maybe in quotes, maybe with a comment after it.
std::string config_value(std::string_view text) {
  text = trim(text);
  if (!text.empty() && (text.front() == '"' || text.front() == '\'')) {
    const auto end = text.find(text.front(), 1);
    return std::string(text.substr(1, end == std::string_view::npos ? end : end - 1));
  }
  return std::string(trim(text.substr(0, text.find(" #"))));
}

}  // namespace

bool is_dvc_md5(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  return from_hex(text, bytes);
}

bool is_dvc_file(std::string_view file) {
  return leaf_of(file).ends_with(kDvcSuffix) && leaf_of(file).size() > kDvcSuffix.size();
}

bool is_dvc_lock(std::string_view file) {
  return leaf_of(file) == kDvcLock;
}

std::vector<DvcOut> parse_dvc_file(std::string_view text,
                                   std::string_view file,
                                   const std::string& label) {
  const json document = parse_yaml(text, label, kMaxDvcFileBytes);
  const Node top = table_at(document, label, {});
  const std::string directory =
      path_from(parent_of(file), top.find_text("wdir").value_or("."), {document, label, "wdir"});
  std::vector<DvcOut> outs;
  read_outs(top, directory, outs);
  return outs;
}

std::vector<DvcOut> parse_dvc_lock(std::string_view text,
                                   const std::optional<std::string>& pipeline,
                                   std::string_view file,
                                   const std::string& label) {
  const json document = parse_yaml(text, label, kMaxDvcLockBytes);
  const json declared =
      pipeline
          ? parse_yaml(*pipeline, std::string(kDvcPipeline) + " beside " + label, kMaxDvcLockBytes)
          : json::object();
  std::vector<DvcOut> outs;
  for_each_stage(document, label, [&](const std::string& name, const Node& stage) {
    read_outs(
        stage, path_from(parent_of(file), working_directory(declared, name, stage), stage), outs);
  });
  return outs;
}

std::vector<DvcOut> list_dvc_ids(std::string_view text,
                                 std::string_view file,
                                 const std::string& label) {
  std::vector<DvcOut> outs;
  if (is_dvc_lock(file)) {
    const json document = parse_yaml(text, label, kMaxDvcLockBytes);
    for_each_stage(document, label, [&](const std::string&, const Node& stage) {
      read_outs(stage, std::nullopt, outs);
    });
  } else {
    const json document = parse_yaml(text, label, kMaxDvcFileBytes);
    read_outs(table_at(document, label, {}), std::nullopt, outs);
  }
  return outs;
}

std::optional<std::string> find_dvc_cache_dir(std::string_view text, const std::string& label) {
  if (text.size() > kMaxDvcConfigBytes) {
    fail(label, {}, fmt::format("is larger than {} bytes", kMaxDvcConfigBytes));
  }
  std::optional<std::string> directory;
  bool is_in_cache = false;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.starts_with('[')) {
      is_in_cache = trim(line.substr(1, line.find(']') - 1)) == "cache";
    } else if (const auto equals = line.find('='); is_in_cache &&
                                                   equals != std::string_view::npos &&
                                                   trim(line.substr(0, equals)) == "dir") {
      directory = config_value(line.substr(equals + 1));
    }
  }
  if (directory && directory->find('\0') != std::string::npos) {
    fail(label, "cache.dir", "contains a NUL byte");
  }
  return directory && !directory->empty() ? directory : std::nullopt;
}

}  // namespace mlops::workspace
