#include "pipeline/load.h"

#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"

namespace mlops::pipeline {
namespace {

constexpr std::uint64_t kMaxPipelineBytes = 4ULL << 20U;
constexpr std::uint64_t kMaxParamsBytes = 16ULL << 20U;

}  // namespace

Loaded load_pipeline(app::Context& context, const std::string& file) {
  const std::filesystem::path top = context.workspace().top();
  const auto text = os::read_file_if_exists(top / file, kMaxPipelineBytes);
  if (!text) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no {}", quote(file)),
                "mlops pipeline --help shows a first one; examples/quickstart has one that runs");
  }
  Loaded loaded{parse_pipeline(*text, file), {}};
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
