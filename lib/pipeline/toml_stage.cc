#include "pipeline/toml_stage.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/toml.h"

namespace mlops::pipeline {

namespace {

constexpr std::size_t kColumns = 100;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20U && c != '\n') || c == 0x7f;
  });
}

}  // namespace

std::string toml_text(std::string_view text) {
  const bool is_plain = !has_control(text) && is_utf8(text);
  const bool is_one_line = text.find('\n') == std::string_view::npos;
  if (is_plain && is_one_line && text.find_first_of("\"\\") != std::string_view::npos &&
      text.find('\'') == std::string_view::npos) {
    return fmt::format("'{}'", text);
  }
  if (is_plain && !is_one_line && !text.ends_with('\'') &&
      text.find("'''") == std::string_view::npos) {
    return fmt::format("'''\n{}'''", text);
  }
  return config::toml_string(text);
}

std::string toml_remark(std::string_view text) {
  return "# " + escape_for_terminal(text) + "\n";
}

void TomlStage::add_remark(std::string_view text) {
  remarks_ += toml_remark(text);
}

void TomlStage::add(std::string_view key, std::string_view value) {
  keys_ += fmt::format("{} = {}\n", key, value);
}

void TomlStage::add_list(std::string_view key, const std::vector<TomlItem>& items) {
  if (items.empty()) {
    return;
  }
  std::vector<std::string> values;
  bool has_remark = false;
  for (const TomlItem& item : items) {
    values.push_back(item.value);
    has_remark = has_remark || !item.remark.empty();
  }
  const std::string line = fmt::format("{} = [{}]\n", key, join(values, ", "));
  if (!has_remark && line.size() <= kColumns) {
    keys_ += line;
    return;
  }
  keys_ += fmt::format("{} = [\n", key);
  for (const TomlItem& item : items) {
    keys_ += fmt::format("  {},", item.value);
    keys_ += item.remark.empty() ? "\n" : "  " + toml_remark(item.remark);
  }
  keys_ += "]\n";
}

std::string TomlStage::text() const {
  return fmt::format("\n{}[stage.{}]\n{}", remarks_, name_, keys_);
}

}  // namespace mlops::pipeline
