#include <array>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "report/rule_text.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

using policy::Verdict;

enum class Level { none, notice, warning, error };

constexpr std::array kCommands{"", "notice", "warning", "error"};  // GitHub's
constexpr std::array kSeverities{"", "info", "minor", "major"};    // GitLab's

template <typename Names>
std::string_view name_of(Level level, const Names& names) {
  return names[static_cast<std::size_t>(level)];
}

Level level_of(const policy::RuleResult& rule) {
  if (rule.effect == Verdict::fail) {
    return Level::error;
  }
  if (rule.effect == Verdict::warn || rule.effect == Verdict::insufficient) {
    return Level::warning;
  }
  return rule.verdict == Verdict::insufficient ? Level::notice : Level::none;
}

/// Where a rule stands in its policy; those of the house stand nowhere.
struct Place {
  std::string file;
  std::uint32_t line = 1;
};

std::optional<Place> place_of(const policy::RuleResult& rule) {
  if (rule.position.empty()) {
    return std::nullopt;
  }
  const std::size_t colon = rule.position.rfind(':');
  Place place{rule.position.substr(0, colon)};
  if (colon != std::string::npos) {
    std::from_chars(
        rule.position.data() + colon + 1, rule.position.data() + rule.position.size(), place.line);
  }
  return place;
}

std::string message_of(const JudgedRule& judged, Values values) {
  return (judged.set.empty() ? "" : judged.set + ": ") + rule_sentence(judged.rule, values);
}

/// GitHub's way to quote in a workflow command; a property ends at ',' and ':'.
std::string quote_command(std::string_view text, std::string_view special) {
  std::string quoted;
  for (const char c : escape_for_terminal(text)) {
    if (c == '%' || special.find(c) != std::string_view::npos) {
      quoted += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted;
}

std::string command_of(const JudgedRule& judged,
                       std::string_view command,
                       Level level,
                       Values values) {
  constexpr std::string_view kEndsProperty = ",:";
  std::string properties;
  if (const auto place = place_of(judged.rule)) {
    properties =
        fmt::format("file={},line={},", quote_command(place->file, kEndsProperty), place->line);
  }
  return fmt::format(
      "::{} {}title={}::{}\n",
      name_of(level, kCommands),
      properties,
      quote_command(fmt::format("mlops {}: {}", command, rule_title(judged.rule)), kEndsProperty),
      quote_command(message_of(judged, values), {}));
}

std::string fingerprint_of(const JudgedRule& judged) {
  const auto identity = nlohmann::ordered_json{escape_for_terminal(judged.set),
                                               escape_for_terminal(judged.rule.name),
                                               escape_for_terminal(judged.rule.slice)};
  const std::string text = identity.dump();
  return to_hex(codec::sha256(codec::as_bytes(text)));
}

}  // namespace

/// GitHub shows ten annotations of a kind in a step and drops the rest without a word.
std::string rules_as_github(const RuleList& list, Values values) {
  constexpr std::size_t kShown = 9;
  std::map<Level, std::size_t> counts;
  std::string text;
  for (const JudgedRule& judged : list.rules) {
    const Level level = level_of(judged.rule);
    if (level != Level::none && ++counts[level] <= kShown) {
      text += command_of(judged, list.command, level, values);
    }
  }
  for (const auto& [level, count] : counts) {
    if (count > kShown) {
      text += fmt::format("::{} title=mlops {}::{} more like this: see the whole report\n",
                          name_of(level, kCommands),
                          list.command,
                          count - kShown);
    }
  }
  return text;
}

std::string rules_as_gitlab(const RuleList& list, Values values) {
  auto json = nlohmann::ordered_json::array();
  for (const JudgedRule& judged : list.rules) {
    const Level level = level_of(judged.rule);
    if (level == Level::none) {
      continue;
    }
    const Place place = place_of(judged.rule).value_or(Place{"safeguards.toml"});
    nlohmann::ordered_json one;
    one["description"] = escape_for_terminal(message_of(judged, values));
    one["check_name"] =
        fmt::format("mlops {}: {}", list.command, escape_for_terminal(rule_title(judged.rule)));
    one["fingerprint"] = fingerprint_of(judged);
    one["severity"] = name_of(level, kSeverities);
    one["location"]["path"] = escape_for_terminal(place.file);
    one["location"]["lines"]["begin"] = place.line;
    json.push_back(std::move(one));
  }
  return json.dump(2, ' ') + '\n';
}

}  // namespace mlops::report
