#include "workspace/tracked_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::workspace {

namespace {

/// TOML would call the markers a syntax error; whoever merges needs to hear what they are.
void refuse_conflict_markers(std::string_view text, const std::string& file) {
  std::size_t start = 0;
  if (!text.starts_with("<<<<<<< ")) {
    start = text.find("\n<<<<<<< ");
    if (start == std::string_view::npos) {
      return;
    }
    ++start;
  }
  const auto line =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n');
  throw Error(ErrorKind::config,
              fmt::format("{}:{}: has git's conflict markers", file, line + 1),
              "mlops data merge   (once they are committed: " + shell_join({"git", "checkout"}) +
                  " <rev> " + shell_join({"--", ":/" + file}) + ")");
}

}  // namespace

config::Table parse_tracked(std::string_view text,
                            const std::string& file,
                            std::uint64_t max_bytes) {
  if (text.size() <= max_bytes) {
    refuse_conflict_markers(text, file);
  }
  config::Table table = config::parse_toml(text, file, {.max_bytes = max_bytes, .max_depth = 8});
  const config::Value schema = table.require("schema");
  if (const std::int64_t number = schema.as_integer(); number != kTrackedSchema) {
    schema.fail(fmt::format("is {}, and this mlops reads schema {}", number, kTrackedSchema),
                number > kTrackedSchema ? "upgrade mlops: a newer one wrote this file" : "");
  }
  return table;
}

std::uint64_t read_count(const config::Table& table, std::string_view key) {
  const config::Value value = table.require(key);
  const std::int64_t number = value.as_integer();
  if (number < 0) {
    value.fail("must not be negative");
  }
  return static_cast<std::uint64_t>(number);
}

}  // namespace mlops::workspace
