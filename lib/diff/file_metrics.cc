#include "diff/file_metrics.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "config/params.h"

namespace mlops::diff {
namespace {

constexpr std::size_t kMaxFileBytes = 4U << 20U;

std::string read_whole(const workspace::Revision& version, const std::string& file) {
  std::string text;
  version.read(file, [&](std::span<const std::uint8_t> bytes) {
    text += codec::as_text(bytes);
    if (text.size() > kMaxFileBytes) {
      throw Error(ErrorKind::config, fmt::format("{} is too large for metrics", quote(file)));
    }
  });
  return text;
}

std::string missing_key(const config::Params& values, const std::string& key) {
  std::vector<std::string> keys;
  for (const auto& [name, value] : values.all().items()) {
    keys.push_back(name);
  }
  const std::string hint = did_you_mean(key, keys);
  return fmt::format("has no key {}{}", quote(key), hint.empty() ? "" : ": " + hint);
}

struct Number {
  std::optional<double> value;
  std::string problem;
};

Number read_number(const workspace::Revision& version, const std::string& metric) {
  const std::size_t colon = metric.find(':');
  const std::string file = metric.substr(0, colon);
  const std::string key = metric.substr(colon + 1);
  try {
    if (version.locate(file).origin == workspace::Revision::Origin::absent) {
      return {std::nullopt, fmt::format("{} has no {}", quote(version.name()), quote(file))};
    }
    config::Params values;
    values.merge_text(read_whole(version, file), file);
    const nlohmann::json* value = values.find(key);
    const std::string where = fmt::format("{} of {}", quote(file), quote(version.name()));
    if (value == nullptr) {
      return {std::nullopt, fmt::format("{} {}", where, missing_key(values, key))};
    }
    if (!value->is_number()) {
      return {std::nullopt,
              fmt::format("{} of {} is no number but {}",
                          quote(key),
                          where,
                          value->is_string() ? "a text" : value->type_name())};
    }
    return {value->get<double>(), ""};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::corrupt) {
      throw;
    }
    return {std::nullopt, fmt::format("{}: {}", quote(version.name()), error.message())};
  }
}

bool is_on_change(const policy::Limit& limit) {
  return limit.max_drop || limit.max_rise || limit.max_drop_rel || limit.max_rise_rel ||
         limit.min_gain;
}

}  // namespace

std::map<std::string, FileMetric> read_file_metrics(const workspace::Revision& old_version,
                                                    const workspace::Revision& new_version,
                                                    const policy::Safeguards& safeguards) {
  std::map<std::string, FileMetric> metrics;
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (rule.parsed.kind != policy::MetricKind::file) {
      continue;
    }
    const Number after = read_number(new_version, rule.metric);
    const Number before = read_number(old_version, rule.metric);
    FileMetric& metric = metrics[rule.metric];
    metric.old_value = before.value;
    metric.new_value = after.value;
    if (metric.problem.empty()) {
      metric.problem = !after.problem.empty()     ? after.problem
                       : is_on_change(rule.limit) ? before.problem
                                                  : "";
    }
  }
  return metrics;
}

}  // namespace mlops::diff
