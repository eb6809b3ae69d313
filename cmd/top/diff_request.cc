#include "top/diff_request.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/unknown_revision.h"

namespace mlops::top {
namespace {

constexpr std::array kFlagsOfFiles{
    "key", "label", "prediction", "probability", "positive", "task", "by", "sensitive-features"};

bool is_file(app::Context& context, const std::string& word) {
  std::error_code unseen;  // a name that is too long, say: no file
  const auto found = std::filesystem::symlink_status(context.options().directory / word, unseen);
  return !unseen && std::filesystem::exists(found) && !std::filesystem::is_directory(found);
}

bool is_named_like_a_table(const std::string& word) {
  return table::find_format(word).has_value();
}

/// Whether two words mean two files. A word that is a file and a revision is a revision, unless
/// both are files or a flag says so; the name of a table is never one.
bool means_files(app::Context& context,
                 const app::Arguments& arguments,
                 const std::vector<std::string>& words) {
  const auto file = [&](const std::string& word) { return is_file(context, word); };
  if (words.size() != 2) {
    return false;
  }
  const bool flagged = std::any_of(kFlagsOfFiles.begin(),
                                   kFlagsOfFiles.end(),
                                   [&](const auto* flag) { return arguments.has(flag); });
  return std::all_of(words.begin(), words.end(), file) ||
         std::any_of(words.begin(), words.end(), is_named_like_a_table) ||
         (flagged && std::any_of(words.begin(), words.end(), file));
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
  const std::string name = arguments.find("task").value_or("classification");
  return name == "regression" ? policy::Task::regression : policy::Task::classification;
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
bool is_array(const std::string& word) {
  const auto found = table::find_format(word);
  return found && (found->format == table::Format::npy || found->format == table::Format::npz);
}

/// Nothing is guessed: without key and label there is nothing to compare by.
policy::PredictionSet set_from_flags(const app::Arguments& arguments,
                                     const std::vector<std::string>& words) {
  policy::PredictionSet set;
  set.name = arguments.find("predictions").value_or("files");
  // The files may lie anywhere; a declared set's path could not.
  set.path = std::filesystem::path(words[1]).filename();
  set.task = task_of(arguments);
  set.key = comma_list(arguments, "key");
  set.label = arguments.find("label");
  set.prediction = arguments.find("prediction");
  set.probabilities = probabilities_of(arguments);
  set.positive = arguments.find("positive");
  set.slices = comma_list(arguments, "by");
  set.sensitive_features = comma_list(arguments, "sensitive-features");
  const bool is_aligned = !set.key.empty() || std::any_of(words.begin(), words.end(), is_array);
  if (!is_aligned) {
    throw Error(ErrorKind::usage,
                "two files need --key, the columns that say which row is which",
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
  for (const std::string_view flag : {"label", "positive", "task", "by", "sensitive-features"}) {
    if (arguments.has(flag)) {
      throw Error(ErrorKind::usage,
                  fmt::format("--{} needs --prediction or --probability", flag),
                  "mlops diff old.csv new.csv --key id --label y --prediction pred");
    }
  }
  return true;
}

diff::CompareInput files_input(app::Context& context, const app::Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words();
  for (const std::string& word : words) {
    if (!is_file(context, word)) {
      throw Error(ErrorKind::not_found,
                  fmt::format("there is no file {}", quote(word)),
                  "a file is compared with a file: mlops diff old.csv new.csv --key id");
    }
  }
  diff::CompareInput input;
  input.set = set_from_flags(arguments, words);
  input.old_name = words[0];
  input.new_name = words[1];
  const std::filesystem::path& here = context.options().directory;
  input.old_table = table::source_at(here / words[0], words[0]);
  input.new_table = table::source_at(here / words[1], words[1]);
  return input;
}

/// A file where a model version is wanted; the name of a table is never a revision.
void refuse_files(app::Context& context, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (is_file(context, word) &&
        (is_named_like_a_table(word) || !context.workspace().repository().find_commit(word))) {
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

DiffRequest read_diff_request(app::Context& context, const app::Arguments& arguments) {
  std::vector<std::string> words = arguments.words();
  if (words.size() > 2) {
    throw Error(ErrorKind::usage, "diff compares two versions", "mlops diff model-v1 model-v2");
  }
  DiffRequest request;
  request.sets = arguments.list("predictions");
  request.other_keys =
      arguments.has("common") ? diff::OtherKeys::leave_out : diff::OtherKeys::refuse;
  if (means_files(context, arguments, words)) {
    if (arguments.has("only")) {
      throw Error(ErrorKind::usage, "--only is for versions: two files have predictions only");
    }
    request.files = files_input(context, arguments);
    request.wants_elements = means_elements(arguments);
    request.parts = {false, false, false, false};
    return request;
  }
  for (const std::string_view flag : kFlagsOfFiles) {
    if (arguments.has(flag)) {
      throw Error(ErrorKind::usage,
                  fmt::format("--{} is for two files", flag),
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
