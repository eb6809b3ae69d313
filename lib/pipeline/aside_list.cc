#include "pipeline/aside_list.h"

#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "codec/bytes.h"
#include "pipeline/path.h"

namespace mlops::pipeline {

std::string encode_aside_list(const std::vector<std::string>& paths) {
  auto list = nlohmann::json::array();
  for (const auto& path : paths) {
    list.push_back(to_hex(codec::as_bytes(path)));
  }
  return list.dump();
}

std::optional<std::vector<std::string>> decode_aside_list(std::string_view text) {
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) {
    return std::nullopt;
  }
  std::vector<std::string> paths;
  for (const auto& element : list) {
    const auto hex = element.is_string() ? element.get<std::string>() : std::string("?");
    std::vector<std::uint8_t> bytes(hex.size() / 2);
    if (!from_hex(hex, bytes)) {
      return std::nullopt;
    }
    paths.emplace_back(codec::as_text(bytes));
    if (!path_problem(paths.back()).empty()) {
      return std::nullopt;
    }
  }
  return paths;
}

}  // namespace mlops::pipeline
