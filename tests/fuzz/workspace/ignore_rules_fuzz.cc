#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "fuzz/harness.h"
#include "workspace/ignore_rules.h"

namespace {

/// Nothing: more than a file of rules may hold.
std::optional<mlops::workspace::IgnoreRules> parse(std::string_view text) {
  try {
    return mlops::workspace::IgnoreRules(text);
  } catch (const mlops::Error& error) {
    mlops::fuzz::require(error.kind() == mlops::ErrorKind::config);
    return std::nullopt;
  }
}

}  // namespace

/// Any bytes: rules, and behind the last NUL byte the path that is asked for. A rule that takes a
/// match back changes the verdict and nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops::workspace;
  const std::string_view all = mlops::fuzz::as_text(data, size);
  const std::size_t cut = all.rfind('\0');
  const std::string_view text = all.substr(0, cut);
  const std::string_view path =
      cut == std::string_view::npos ? std::string_view("a/b.c") : all.substr(cut + 1);
  if (path.empty()) {
    return 0;
  }
  const auto parsed = parse(text);
  if (!parsed) {
    return 0;
  }
  const IgnoreRules& rules = *parsed;
  const auto other = rules.find(path, IgnoreRules::Kind::other);
  const auto directory = rules.find(path, IgnoreRules::Kind::directory);
  // What matches files matches directories, if not by a later rule that is for these alone.
  mlops::fuzz::require(!other || (directory && directory->line >= other->line));
  const std::string taken_back = std::string(text) + "\n!**\n";
  if (const auto longer = parse(taken_back)) {
    const auto last = longer->find(path, IgnoreRules::Kind::other);
    mlops::fuzz::require(last && last->verdict == IgnoreRules::Verdict::kept);
  }
  return 0;
}
