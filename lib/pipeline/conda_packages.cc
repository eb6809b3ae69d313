#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "config/params.h"
#include "os/file.h"
#include "pipeline/conda.h"

namespace mlops::pipeline {

namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxMetaBytes = 256ULL << 20U;

std::string text_of(const json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

/// ".../numpy-1.26.4-py311h64a7726_0.conda" → "numpy 1.26.4 py311h64a7726_0".
std::string name_of_url(std::string_view url) {
  auto name = url.substr(url.rfind('/') + 1);
  for (const std::string_view ending : {".conda", ".tar.bz2"}) {
    if (name.ends_with(ending)) {
      name.remove_suffix(ending.size());
    }
  }
  std::string text(name);
  for (int i = 0; i < 2; ++i) {
    if (const auto dash = text.rfind('-'); dash != std::string::npos) {
      text[dash] = ' ';
    }
  }
  return text;
}

CondaPackages parse_explicit(std::string_view text) {
  CondaPackages packages;
  for (const auto part : split(text, '\n')) {
    const auto line = trim(part);
    if (line.empty() || line.front() == '#' || line.front() == '@') {
      continue;
    }
    const auto hash = line.rfind('#');
    packages[name_of_url(line.substr(0, hash))] =
        hash == std::string_view::npos ? "" : std::string(line.substr(hash + 1));
  }
  return packages;
}

}  // namespace

std::optional<CondaPackages> parse_conda_lock(std::string_view text,
                                              const std::string& file,
                                              std::string_view platform) {
  if (text.find("@EXPLICIT") != std::string_view::npos) {
    return parse_explicit(text);
  }
  config::Params document;
  document.merge_text(text,
                      file.ends_with(".yml") || file.ends_with(".yaml") ? file : file + ".yml");
  const auto* list = document.find("package");
  if (list == nullptr || !list->is_array()) {
    return std::nullopt;
  }
  CondaPackages packages;
  for (const auto& one : *list) {
    if (!one.is_object() || text_of(one, "platform") != platform ||
        text_of(one, "manager") != "conda") {
      continue;
    }
    const auto hash = one.value("hash", json::object());
    packages[name_of_url(text_of(one, "url"))] = hash.is_object() ? text_of(hash, "md5") : "";
  }
  return packages;
}

CondaPackages read_conda_meta(const std::filesystem::path& prefix) {
  CondaPackages packages;
  const auto directory = prefix / "conda-meta";
  for (const auto& name : os::list_directory(directory)) {
    if (!name.ends_with(".json")) {
      continue;
    }
    const auto value = json::parse(os::read_file(directory / name, kMaxMetaBytes), nullptr, false);
    if (!value.is_object() || text_of(value, "name").empty()) {
      throw Error(
          ErrorKind::config,
          fmt::format("{} is no record of a conda package", quote((directory / name).string())),
          "make the environment again");
    }
    packages[fmt::format(
        "{} {} {}", text_of(value, "name"), text_of(value, "version"), text_of(value, "build"))] =
        text_of(value, "md5");
  }
  return packages;
}

}  // namespace mlops::pipeline
