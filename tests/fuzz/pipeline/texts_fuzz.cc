#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "fuzz/harness.h"
#include "pipeline/condition.h"
#include "pipeline/path.h"
#include "pipeline/substitute.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;

std::optional<std::string> value_of(std::string_view name) {
  if (name == "params.word") {
    return "plain";
  }
  if (name == "params.text") {
    return "it's $(x) \"`y`\" ${params.word}";
  }
  return std::nullopt;
}

void check_substitution(std::string_view text) {
  const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
  fuzz::expect_only({ErrorKind::config}, [&] { substitute(text, value_of); });
  fuzz::expect_only({ErrorKind::config}, [&] { substitute_script(text, value_of); });
  fuzz::expect_only({ErrorKind::config}, [&] {
    const auto result = substitute(text, nothing);
    fuzz::require(result == substitute_script(text, nothing) && result.size() <= text.size());
    fuzz::require(text.find("${") != text.npos || result == text);
  });
}

void check_condition(std::string_view text) {
  static const nlohmann::json kNumber = 3;
  static const nlohmann::json kTruth = true;
  static const nlohmann::json kWord = "xgb";
  const auto find = [](std::string_view path) -> const nlohmann::json* {
    return path == "params.n"       ? &kNumber
           : path == "params.on"    ? &kTruth
           : path == "matrix.model" ? &kWord
                                    : nullptr;
  };
  const bool sound = condition_problem(text).empty();
  fuzz::expect_only({ErrorKind::config}, [&] {
    evaluate_condition(text, find);
    fuzz::require(sound);
  });
}

/// A sound path stays sound, and inside, in its normal form.
void check_path(std::string_view text) {
  const auto normal = normal_path(text);
  fuzz::require(normal_path(normal) == normal);
  if (path_problem(text).empty()) {
    fuzz::require(normal.front() != '/' && !("/" + normal + "/").starts_with("/../"));
    fuzz::require(is_same_or_inside(normal, "."));
  }
  if (glob_problem(text).empty()) {
    is_same_or_inside(literal_prefix(text), "data");
    glob_reaches_into(text, "data/x");
  }
}

}  // namespace

/// The small languages within the texts of pipeline.toml.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  check_substitution(text);
  check_condition(text);
  check_path(text);
  return 0;
}
