#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/toml.h"

namespace mlops::policy {

enum class Task { regression, classification, ranking, text, embedding, tensor };
std::string_view to_string(Task task);

std::optional<Task> find_task(std::string_view name);

/// Some tasks.
class TaskSet {
 public:
  constexpr TaskSet(Task task) : bits_(bit(task)) {}  // NOLINT(google-explicit-constructor)
  constexpr TaskSet(std::initializer_list<Task> tasks) {
    for (const Task task : tasks) {
      bits_ |= bit(task);
    }
  }
  constexpr bool has(Task task) const { return (bits_ & bit(task)) != 0; }

 private:
  static constexpr unsigned bit(Task task) { return 1U << static_cast<unsigned>(task); }
  unsigned bits_ = 0;
};

/// `[predictions.NAME]` of pipeline.toml: the facts of a prediction set. Its rules stand in
/// safeguards.toml.
struct PredictionSet {
  std::string name;
  std::string path;
  Task task = Task::classification;
  std::vector<std::string> key;  ///< empty: rows are paired by their order
  std::optional<std::string> label;
  std::optional<std::string> prediction;
  std::vector<std::pair<std::string, std::string>> probabilities;  ///< class → column, file order
  std::optional<std::string> positive;
  std::vector<std::string> slices;  ///< "country", "country*device"
  std::vector<std::string> sensitive_features;
  std::optional<std::string> weight;
  std::optional<std::string> stage;
};

/// The key columns that name one unit of figures: of a ranking the query, of all else the row.
std::vector<std::string> unit_key(const PredictionSet& set);
/// What a unit is called: "row", of a ranking "list".
std::string_view unit_noun(const PredictionSet& set);

/// The columns of a slice or crossing: "country*device" → country, device. Error{config} for an
/// empty part, a repeated one, or more than four; `where` begins the message.
std::vector<std::string> slice_columns(std::string_view slice, std::string_view where);

/// Checks what a set says about itself, also where it came from flags: what the task needs, that
/// the positive class has a column, that a path stays inside the repository. Error{config}; `where`
/// begins the message.
void check_prediction_set(const PredictionSet& set, std::string_view where);

/// Reads and validates one `[predictions.NAME]` table; Error{config} with position.
PredictionSet read_prediction_set(const std::string& name, const config::Table& table);
/// All sets of a pipeline file, by name in file order; other keys of the document are not judged.
std::vector<PredictionSet> read_prediction_sets(const config::Table& document);

}  // namespace mlops::policy
