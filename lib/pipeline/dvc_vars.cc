#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "pipeline/dvc_stage.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

const std::string& require_text(const config::YamlNode& value, const DvcPlace& place) {
  const std::string* const text = value.text();
  if (text == nullptr) {
    place.fail("must be a text");
  }
  return *text;
}

std::string place_dvc_path(std::string_view directory,
                           const std::string& path,
                           const DvcPlace& place) {
  const bool is_elsewhere = path.starts_with('/') || path.find("://") != std::string::npos;
  const auto joined = (std::filesystem::path(directory) / path).lexically_normal();
  std::string normal = joined.string();
  while (normal.ends_with('/')) {
    normal.pop_back();
  }
  if (normal.empty()) {
    normal = ".";
  }
  if (path.empty()) {
    place.fail("is empty");
  }
  if (is_elsewhere || normal == ".." || normal.starts_with("../")) {
    place.fail(fmt::format("{} lies outside of the repository", quote(path)),
               "only what lies in it can be a dep or an out here");
  }
  if (const std::string problem = path_problem(normal); !problem.empty()) {
    place.fail(fmt::format("the path {} {}", quote(path), problem));
  }
  return normal;
}

void add_dvc_vars(const config::YamlNode& vars,
                  std::string_view directory,
                  const DvcPlace& place,
                  DvcParamFiles& files,
                  DvcNames& names) {
  if (vars.kind != config::YamlNode::Kind::list) {
    place.fail("must be a list");
  }
  for (std::size_t i = 0; i < vars.children.size(); ++i) {
    const config::YamlNode& child = vars.children[i];
    const DvcPlace at = place.at(fmt::format("[{}]", i), child.line);
    if (child.kind == config::YamlNode::Kind::table) {
      names.add_inline(child.to_json());
      continue;
    }
    const std::string& text = require_text(child, at);
    const auto colon = text.find(':');
    const std::string file = place_dvc_path(directory, text.substr(0, colon), at);
    if (!DvcParamFiles::is_readable(file)) {
      at.fail(fmt::format("{} is no parameter file that mlops reads", quote(file)),
              "write it as .yaml, .json or .toml");
    }
    std::vector<std::string> keys;
    if (colon != std::string::npos) {
      for (const auto key : split(std::string_view(text).substr(colon + 1), ',')) {
        if (!trim(key).empty()) {
          keys.emplace_back(trim(key));
        }
      }
    }
    if (keys.empty() && names.has_whole_file(file)) {
      continue;
    }
    const auto values = files.find(file);
    if (!values) {
      at.fail(fmt::format("{} does not exist", quote(file)));
    }
    names.add_file(file, values, keys, at);
  }
}

}  // namespace mlops::pipeline
