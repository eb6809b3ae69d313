#include "top/revision_path.h"

#include "pipeline/run_version.h"

namespace mlops::top {
namespace {

std::size_t find_colon(const std::string& word, std::size_t from) {
  std::size_t depth = 0;
  for (std::size_t i = from; i < word.size(); ++i) {
    if (word[i] == '{') {
      ++depth;
    } else if (word[i] == '}' && depth > 0) {
      --depth;
    } else if (word[i] == ':' && depth == 0) {
      return i;
    }
  }
  return std::string::npos;
}

}  // namespace

std::optional<std::pair<std::string, std::string>> split_revision_path(const std::string& word) {
  std::size_t colon = find_colon(word, 0);
  if (colon != std::string::npos && pipeline::names_run(word.substr(0, colon + 1))) {
    colon = find_colon(word, colon + 1);
  }
  if (colon == std::string::npos || colon == 0 || colon + 1 == word.size()) {
    return std::nullopt;
  }
  return std::pair(word.substr(0, colon), word.substr(colon + 1));
}

}  // namespace mlops::top
