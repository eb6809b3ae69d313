#include "top/diff_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "policy/metric_name.h"
#include "workspace/unknown_revision.h"

namespace mlops::top {
namespace {

constexpr std::size_t kMaxLimit = 10'000'000;
/// A page shows so many of the worst rows at most.
constexpr std::size_t kMaxWorst = 1000;
constexpr std::array kFlagsOfFiles{
    "key", "label", "prediction", "probability", "positive", "task", "sensitive-features"};

bool is_commit(app::Context& context, const std::string& word) {
  try {
    return context.workspace().repository().find_commit(word).has_value();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    return false;  // there is no repository here
  }
}

/// Whether words mean tables. A word that lies here and is a revision is a revision, unless both
/// are files or a flag says so; the name of a table never is one, and REV:path always is a place.
bool means_tables(app::Context& context,
                  const app::Arguments& arguments,
                  const std::vector<std::string>& words,
                  const std::vector<TablePlace>& places) {
  const auto is_sure = [&](const std::string& word) {
    const auto place = find_table_place(context, word);
    return is_named_like_a_table(word) || (place && place->where == TablePlace::Where::version);
  };
  if (words.size() == 1) {
    return !places.empty() && places.front().where == TablePlace::Where::version;
  }
  if (words.size() != 2 || places.empty()) {
    return false;
  }
  const bool flagged = std::any_of(kFlagsOfFiles.begin(),
                                   kFlagsOfFiles.end(),
                                   [&](const auto* flag) { return arguments.has(flag); });
  const auto is_file = [&](const std::string& word) { return is_file_at(context, word); };
  const auto is_free = [&](const std::string& word) { return !is_commit(context, word); };
  return flagged || std::all_of(words.begin(), words.end(), is_file) ||
         std::any_of(words.begin(), words.end(), is_sure) ||
         (places.size() == 2 && std::all_of(words.begin(), words.end(), is_free));
}

std::vector<TablePlace> find_places(app::Context& context, const std::vector<std::string>& words) {
  std::vector<TablePlace> places;
  for (const std::string& word : words) {
    if (auto place = find_table_place(context, word)) {
      places.push_back(*std::move(place));
    }
  }
  return places;
}

std::vector<std::string> comma_list(const app::Arguments& arguments, std::string_view flag) {
  std::vector<std::string> all;
  for (const std::string& value : arguments.list(flag)) {
    for (const std::string_view part : split(value, ',')) {
      all.emplace_back(part);
    }
  }
  return all;
}

policy::Task task_of(const app::Arguments& arguments) {
  const auto name = arguments.find("task");
  return name ? policy::find_task(*name).value() : policy::Task::classification;
}

std::vector<std::pair<std::string, std::string>> probabilities_of(const app::Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const std::string& value : arguments.list("probability")) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == value.size()) {
      throw Error(ErrorKind::usage,
                  fmt::format("--probability takes CLASS=COLUMN, not {}", quote(value)),
                  "such as --probability yes=p_yes");
    }
    columns.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  }
  return columns;
}

/// Arrays seldom have a column that says which row is which: without one, their order does.
bool is_array(const TablePlace& place) {
  const auto found = table::find_format(place.path);
  return found && (found->format == table::Format::npy || found->format == table::Format::npz);
}

/// Nothing is guessed: without key and prediction there is nothing to compare by.
policy::PredictionSet set_from_flags(const app::Arguments& arguments,
                                     const std::vector<TablePlace>& places) {
  policy::PredictionSet set;
  set.name = arguments.find("predictions").value_or("files");
  // The files may lie anywhere; a declared set's path could not.
  set.path = std::filesystem::path(places[1].path).filename();
  set.task = task_of(arguments);
  set.key = comma_list(arguments, "key");
  set.label = arguments.find("label");
  set.prediction = arguments.find("prediction");
  set.probabilities = probabilities_of(arguments);
  set.positive = arguments.find("positive");
  set.sensitive_features = comma_list(arguments, "sensitive-features");
  const bool is_aligned = !set.key.empty() || std::any_of(places.begin(), places.end(), is_array);
  if (!is_aligned) {
    throw Error(ErrorKind::usage,
                "two tables need --key, the columns that say which row is which",
                "mlops diff old.csv new.csv --key id --label y --prediction pred");
  }
  return set;
}

/// Whether all columns are compared, because none is said to be a prediction. Error{usage} where
/// another flag speaks of predictions.
bool means_elements(const app::Arguments& arguments) {
  if (arguments.has("prediction") || arguments.has("probability")) {
    return false;
  }
  for (const std::string_view flag : {"label",
                                      "positive",
                                      "task",
                                      "by",
                                      "sensitive-features",
                                      "columns",
                                      "find-slices",
                                      "explain",
                                      "suggest-policy"}) {
    if (arguments.has(flag)) {
      throw Error(ErrorKind::usage,
                  fmt::format("--{} needs --prediction or --probability", flag),
                  "mlops diff old.csv new.csv --key id --label y --prediction pred");
    }
  }
  return true;
}

/// Of one word, the same path in the work tree is the other side.
TablePair read_tables(app::Context& context,
                      const app::Arguments& arguments,
                      const std::vector<std::string>& words,
                      std::vector<TablePlace> places) {
  if (words.size() == 1) {
    const std::string& path = places.front().path;
    places.push_back({path, path, TablePlace::Where::version, std::nullopt});
  }
  for (const std::string& word : words) {
    const auto place = std::find_if(
        places.begin(), places.end(), [&](const TablePlace& one) { return one.word == word; });
    const bool is_there =
        place != places.end() && (place->where == TablePlace::Where::version ||
                                  is_file_at(context, word) || is_directory_at(context, word));
    if (!is_there) {
      throw Error(ErrorKind::not_found,
                  fmt::format("there is no file {}", quote(word)),
                  "a table is compared with a table: mlops diff old.csv new.csv --key id, or "
                  "REV:path for one of a version");
    }
  }
  TablePair pair;
  pair.set = set_from_flags(arguments, places);
  pair.old_place = std::move(places[0]);
  pair.new_place = std::move(places[1]);
  return pair;
}

/// A file where a model version is wanted; the name of a table is never a revision.
void refuse_files(app::Context& context, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (is_file_at(context, word) && (is_named_like_a_table(word) || !is_commit(context, word))) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} is a file, not a git revision", quote(word)),
                  fmt::format("a file is compared with a file: {} --key id --label y "
                              "--prediction pred",
                              shell_join({"mlops", "diff", word, "new.csv"})));
    }
  }
}

/// The commit that both sides of "A...B" come from.
std::string merge_base_of(app::Context& context,
                          const std::string& word,
                          const std::string& left,
                          const std::string& right) {
  const git::Repository& repository = context.workspace().repository();
  const auto find = [&](const std::string& name) {
    const auto commit = repository.find_commit(name);
    if (!commit) {
      throw workspace::unknown_revision(context.workspace(), name);
    }
    return *commit;
  };
  const auto base = repository.merge_base(find(left), find(right));
  if (!base) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} has no merge base here", quote(word)),
                "in a shallow clone: git fetch --unshallow");
  }
  return *base;
}

std::uint64_t memory_of(const app::Arguments& arguments) {
  const auto text = arguments.find("memory");
  const auto bytes = text ? parse_bytes(*text) : std::nullopt;
  if (text && (!bytes || *bytes == 0)) {
    throw Error(ErrorKind::usage,
                fmt::format("--memory: {} is not a size", quote(*text)),
                "such as --memory 2GiB");
  }
  return bytes.value_or(0);
}

std::optional<double> tolerance_in(const app::Arguments& arguments, std::string_view flag) {
  const auto text = arguments.find(flag);
  if (!text) {
    return std::nullopt;
  }
  double number = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || rest != end || !std::isfinite(number) || number < 0) {
    throw Error(ErrorKind::usage,
                fmt::format("--{}: {} is not a number of at least 0", flag, quote(*text)),
                fmt::format("such as --{} 1e-6", flag));
  }
  return number;
}

/// What decides in place of the policy.
void read_overrides(const app::Arguments& arguments, DiffRequest& request) {
  request.rtol = tolerance_in(arguments, "rtol");
  request.atol = tolerance_in(arguments, "atol");
  if (const auto decide = arguments.find("decide")) {
    request.decide = *decide == "sure"          ? policy::Decide::sure
                     : *decide == "noninferior" ? policy::Decide::noninferior
                                                : policy::Decide::point;
  }
  request.fail_on_warn = arguments.has("fail-on-warn");
  // A suggestion leaves room for what an interval says, an explanation shows it.
  const bool are_asked =
      arguments.has("intervals") || arguments.has("suggest-policy") || arguments.has("explain");
  request.intervals = are_asked ? diff::Intervals::drawn : diff::Intervals::of_rules;
}

void read_rows(const app::Arguments& arguments, DiffRequest& request) {
  request.rows.columns = comma_list(arguments, "columns");
  request.search = comma_list(arguments, "find-slices");
  request.by = comma_list(arguments, "by");
  request.memory_bytes = memory_of(arguments);
  if (const auto rule = arguments.find("explain"); rule && policy::parse_metric_name(*rule)) {
    request.metrics.push_back(*rule);
  }
  if (const auto count = arguments.find_count("limit")) {
    if (*count == 0 || *count > kMaxLimit) {
      throw Error(ErrorKind::usage,
                  fmt::format("--limit takes a number from 1 to {}, not {}",
                              format_count(kMaxLimit),
                              format_count(*count)),
                  "such as --limit 50");
    }
    request.most_changed = *count;
    request.rows.worst = std::min<std::size_t>(*count, kMaxWorst);
    request.rows.is_limited = true;
  }
  if (arguments.has("all")) {
    if (arguments.has("limit")) {
      throw Error(ErrorKind::usage, "--all and --limit exclude each other", "give one of them");
    }
    request.most_changed = std::numeric_limits<std::size_t>::max();
  }
}

void read_parts(const app::Arguments& arguments, DiffRequest& request) {
  const std::vector<std::string> only = arguments.list("only");
  if (only.empty()) {
    return;
  }
  const auto wants = [&](std::string_view part) {
    return std::find(only.begin(), only.end(), part) != only.end();
  };
  request.parts = {wants("code"), wants("params"), wants("data"), wants("metrics")};
  request.wants_predictions = wants("predictions");
  if (!request.wants_predictions && !request.sets.empty()) {
    throw Error(
        ErrorKind::usage, "--predictions names a set that --only leaves out", "--only predictions");
  }
}

}  // namespace

void override_policy(const DiffRequest& request, policy::Safeguards& safeguards) {
  policy::DiffDefaults& defaults = safeguards.diff;
  defaults.tolerance.rtol = request.rtol.value_or(defaults.tolerance.rtol);
  defaults.tolerance.atol = request.atol.value_or(defaults.tolerance.atol);
  defaults.decide = request.decide.value_or(defaults.decide);
}

app::ExitCode code_of(const DiffRequest& request, policy::Verdict verdict) {
  const bool is_failure = request.fail_on_warn && verdict == policy::Verdict::warn;
  return app::exit_code_of(is_failure ? policy::Verdict::fail : verdict);
}

DiffRequest read_diff_request(app::Context& context, const app::Arguments& arguments) {
  std::vector<std::string> words = arguments.words();
  if (words.size() > 2) {
    throw Error(ErrorKind::usage, "diff compares two versions", "mlops diff model-v1 model-v2");
  }
  DiffRequest request;
  request.sets = arguments.list("predictions");
  request.other_keys =
      arguments.has("common") ? diff::OtherKeys::leave_out : diff::OtherKeys::refuse;
  request.replay = arguments.has("replay");
  read_rows(arguments, request);
  read_overrides(arguments, request);
  request.needs_predictions = request.replay || arguments.has("only") || !request.sets.empty();
  if (auto places = find_places(context, words); means_tables(context, arguments, words, places)) {
    if (arguments.has("only")) {
      throw Error(ErrorKind::usage, "--only is for versions: two tables have predictions only");
    }
    if (request.replay) {
      throw Error(ErrorKind::usage,
                  "--replay runs a stage of a version, and tables have none",
                  "mlops diff model-v1 model-v2 --replay");
    }
    request.tables = read_tables(context, arguments, words, std::move(places));
    request.wants_elements = means_elements(arguments);
    request.parts = {false, false, false, false};
    return request;
  }
  for (const std::string_view flag : kFlagsOfFiles) {
    if (arguments.has(flag)) {
      throw Error(ErrorKind::usage,
                  fmt::format("--{} is for two files or directories", flag),
                  "for git revisions [predictions.NAME] of pipeline.toml says it");
    }
  }
  read_parts(arguments, request);
  refuse_files(context, words);
  if (words.empty()) {
    words.emplace_back("HEAD");
  }
  const std::size_t dots = words.size() == 1 ? words[0].find("...") : std::string::npos;
  if (dots == std::string::npos) {
    request.old_revision = words[0];
    request.new_revision = words.size() == 2 ? std::optional(words[1]) : std::nullopt;
    return request;
  }
  const std::string left = words[0].substr(0, dots);
  const std::string right = words[0].substr(dots + 3);
  request.new_revision = right.empty() ? "HEAD" : right;
  request.old_revision =
      merge_base_of(context, words[0], left.empty() ? "HEAD" : left, *request.new_revision);
  return request;
}

}  // namespace mlops::top
