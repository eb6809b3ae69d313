#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/run_history.h"

namespace mlops::pipeline {

namespace {

using nlohmann::json;

constexpr int kRecordVersion = 1;
constexpr std::size_t kMaxLineBytes = 32ULL << 20U;
constexpr int kMaxDepth = 6;
constexpr std::uint64_t kMaxSignal = 64;
constexpr std::size_t kMaxRecorded = 200'000;
constexpr std::size_t kMaxEdges = 2'000'000;
constexpr std::array kCheckKeys{"check", "verdict", "summary"};

/// One line: its keys, each asked for with its type.
class Line {
 public:
  Line(std::string_view text, std::string place) : place_(std::move(place)) {
    bool is_too_deep = false;
    const auto bound = [&](int depth, json::parse_event_t /*event*/, json& /*value*/) {
      is_too_deep = is_too_deep || depth > kMaxDepth;
      return !is_too_deep;
    };
    if (text.size() > kMaxLineBytes) {
      throw Error(ErrorKind::config, fmt::format("{}: the line is too long", place_));
    }
    object_ = json::parse(text.begin(), text.end(), bound, false);
    if (is_too_deep || !object_.is_object()) {
      throw Error(ErrorKind::config,
                  fmt::format("{}: it is no JSON object of a run record", place_));
    }
  }

  bool has(const char* key) const { return object_.contains(key); }

  const json& get(const char* key, json::value_t type) const {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      fail(key, "is missing");
    }
    const bool is_integer = type == json::value_t::number_integer && found->is_number_integer();
    if (found->type() != type && !is_integer) {
      fail(key, fmt::format("must be {}, not {}", json(type).type_name(), found->type_name()));
    }
    return *found;
  }

  bool is_null(const char* key) const { return has(key) && object_.at(key).is_null(); }
  std::string text(const char* key) const {
    return get(key, json::value_t::string).get<std::string>();
  }
  bool boolean(const char* key) const { return get(key, json::value_t::boolean).get<bool>(); }
  std::uint64_t count(const char* key) const {
    return get(key, json::value_t::number_unsigned).get<std::uint64_t>();
  }
  std::int64_t integer(const char* key) const {
    const auto& value = get(key, json::value_t::number_integer);
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) {
      fail(key, "is too large");
    }
    return value.get<std::int64_t>();
  }
  const json& list(const char* key) const { return get(key, json::value_t::array); }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> all;
    for (const auto& one : list(key)) {
      if (!one.is_string()) {
        fail(key, "must be a list of strings");
      }
      all.push_back(one.get<std::string>());
    }
    return all;
  }

  [[noreturn]] void fail(const char* key, std::string_view problem) const {
    throw Error(ErrorKind::config, fmt::format("{}: {}: {}", place_, key, problem));
  }

 private:
  std::string place_;
  json object_;
};

/// Edges name instances by their place in the list.
std::vector<RecordedEdge> read_edges(const Line& line, const char* key, std::size_t instances) {
  std::vector<RecordedEdge> edges;
  if (!line.has(key)) {
    return edges;  // of an earlier build
  }
  const auto& list = line.list(key);
  if (list.size() > kMaxEdges) {
    line.fail(key, "are too many");
  }
  for (const auto& pair : list) {
    const bool is_pair = pair.is_array() && pair.size() == 2 && pair[0].is_number_unsigned() &&
                         pair[1].is_number_unsigned();
    const auto from = is_pair ? pair[0].get<std::uint64_t>() : instances;
    const auto to = is_pair ? pair[1].get<std::uint64_t>() : instances;
    // Upstream stands first in the list: so edges have no cycle, whoever wrote them.
    if (to >= instances || from >= to) {
      line.fail(key, "must be pairs of an instance and a later one");
    }
    edges.emplace_back(from, to);
  }
  return edges;
}

std::vector<RecordedOut> read_outs(const Line& line) {
  std::vector<RecordedOut> outs;
  for (const auto& out : line.list("outs")) {
    const bool is_whole = out.is_object() && out.contains("path") && out["path"].is_string() &&
                          out.contains("root") &&
                          (out["root"].is_null() || out["root"].is_string());
    if (!is_whole) {
      line.fail("outs", "must be a list of path and root");
    }
    RecordedOut made{out["path"].get<std::string>(), std::nullopt};
    if (out["root"].is_string()) {
      made.root = store::parse_root(out["root"].get<std::string>());
      if (!made.root) {
        line.fail("outs", fmt::format("{} is no root", quote(out["root"].get<std::string>())));
      }
    }
    outs.push_back(std::move(made));
  }
  return outs;
}

/// None in records of earlier builds.
std::vector<RecordedCheck> read_checks(const Line& line) {
  std::vector<RecordedCheck> checks;
  if (!line.has("checks")) {
    return checks;
  }
  for (const auto& one : line.list("checks")) {
    const bool is_whole =
        one.is_object() && std::all_of(kCheckKeys.begin(), kCheckKeys.end(), [&](const char* key) {
          return one.contains(key) && one[key].is_string();
        });
    if (!is_whole) {
      line.fail("checks", "must be a list of check, verdict and summary");
    }
    checks.push_back({one["check"].get<std::string>(),
                      one["verdict"].get<std::string>(),
                      one["summary"].get<std::string>()});
  }
  return checks;
}

class RecordParser {
 public:
  explicit RecordParser(std::string label) : label_(std::move(label)) {}

  RecordedRun parse(std::string_view text) {
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      if (end == std::string_view::npos) {
        run_.is_torn = true;
        break;
      }
      ++number;
      add(Line(text.substr(at, end - at), fmt::format("{}:{}", label_, number)), number);
      at = end + 1;
    }
    if (number == 0) {
      throw Error(ErrorKind::config, fmt::format("{}: the record is empty", label_));
    }
    return std::move(run_);
  }

 private:
  void add(const Line& line, std::size_t number) {
    const auto event = line.text("event");
    run_.last = line.text("time");
    if ((number == 1) != (event == "run")) {
      line.fail("event", "the first line, and only that, is the run's");
    }
    if (event == "run") {
      read_head(line);
    } else if (event == "start") {
      auto& instance = instance_of(line);
      instance.is_started = true;
      instance.started = line.text("time");
      instance.key = line.text("key");
    } else if (event == "end") {
      read_end(line);
    } else if (event == "finish") {
      run_.worst = line.text("worst");
      run_.signal_number = line.has("signal") ? line.count("signal") : 0;
      if (run_.signal_number > kMaxSignal) {
        line.fail("signal", "is no signal");
      }
    }
  }

  void read_head(const Line& line) {
    if (const auto version = line.integer("version"); version != kRecordVersion) {
      throw Error(ErrorKind::config,
                  fmt::format("{}:1: version: {} is not known to this build", label_, version),
                  "it reads version 1; a newer mlops may read this file");
    }
    run_.id = line.text("id");
    run_.pipeline = line.text("pipeline");
    run_.work_tree = line.text("work_tree");
    if (!line.is_null("commit")) {
      run_.commit = line.text("commit");
    }
    run_.is_dirty = line.boolean("dirty");
    run_.begun = line.text("time");
    run_.assignments = line.has("set") ? line.texts("set") : std::vector<std::string>();
    run_.params_files = line.has("params") ? line.texts("params") : std::vector<std::string>();
    run_.pid = line.has("pid") ? line.integer("pid") : 0;
    for (auto& id : line.texts("instances")) {
      if (run_.instances.size() == kMaxRecorded || !places_.emplace(id, places_.size()).second) {
        line.fail("instances", "are too many, or one stands there twice");
      }
      run_.instances.emplace_back().id = std::move(id);
    }
    run_.data_edges = read_edges(line, "data_edges", run_.instances.size());
    run_.order_edges = read_edges(line, "order_edges", run_.instances.size());
  }

  RecordedInstance& instance_of(const Line& line) {
    const auto id = line.text("instance");
    const auto found = places_.find(id);
    if (found == places_.end()) {
      line.fail("instance", fmt::format("{} is not one of the run's", quote(id)));
    }
    return run_.instances[found->second];
  }

  void read_end(const Line& line) {
    auto& instance = instance_of(line);
    instance.state = line.text("state");
    instance.failure = line.text("failure");
    instance.reason = line.text("reason");
    instance.key = line.text("key");
    instance.grade = line.text("grade");
    instance.environment = line.text("environment");
    instance.exit_code = line.integer("exit_code");
    instance.signal_number = line.count("signal");
    instance.elapsed_ms = line.count("elapsed_ms");
    instance.peak_rss_bytes = line.count("peak_rss_bytes");
    instance.attempts = line.count("attempts");
    instance.outs = read_outs(line);
    instance.checks = read_checks(line);
    instance.warnings = line.texts("warnings");
  }

  std::string label_;
  RecordedRun run_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace

std::optional<std::size_t> RecordedRun::find(std::string_view instance) const {
  const auto found = std::find_if(
      instances.begin(), instances.end(), [&](const auto& one) { return one.id == instance; });
  return found == instances.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - instances.begin()));
}

RecordedRun parse_run_record(std::string_view text, const std::string& label) {
  return RecordParser(label).parse(text);
}

}  // namespace mlops::pipeline
