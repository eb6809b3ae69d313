#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/id.h"

namespace mlops::pipeline {

/// Run records (mlops-run-record(5)) read back. Whoever wrote them: bounded, each key of its type,
/// and a torn last line is no line.

struct RecordedOut {
  std::string path;
  std::optional<store::ObjectId> root;  ///< nothing: not cached
};

struct RecordedCheck {
  std::string check;
  std::string verdict;
  std::string summary;
};

struct RecordedInstance {
  std::string id;
  bool is_started = false;
  std::string started;  ///< RFC 3339, or empty
  std::string state;    ///< as in the record; empty: it has not ended
  std::string failure = "none";
  std::string reason;
  std::string key;          ///< 64 hex digits, or empty
  std::string grade;        ///< may be empty
  std::string environment;  ///< identity, may be empty
  std::int64_t exit_code = -1;
  std::uint64_t signal_number = 0;
  std::uint64_t elapsed_ms = 0;
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t attempts = 0;
  std::vector<RecordedOut> outs;
  std::vector<RecordedCheck> checks;
  std::vector<std::string> warnings;
};

/// Ends of an edge: indices into the instances, upstream first.
using RecordedEdge = std::pair<std::size_t, std::size_t>;

struct RecordedRun {
  std::string id;
  std::string pipeline;   ///< file, relative to the top
  std::string work_tree;  ///< absolute
  std::optional<std::string> commit;
  bool is_dirty = false;
  std::vector<std::string> assignments;  ///< --set: an experiment
  /// --params: from the top of the work tree, or absolute.
  std::vector<std::string> params_files;
  std::int64_t pid = 0;              ///< 0: not recorded
  std::string begun;                 ///< RFC 3339
  std::string last;                  ///< of the last line
  std::optional<std::string> worst;  ///< of a run that ended; a failure or "none"
  std::uint64_t signal_number = 0;   ///< that interrupted the run
  std::vector<RecordedInstance> instances;
  std::vector<RecordedEdge> data_edges;
  std::vector<RecordedEdge> order_edges;
  bool is_torn = false;  ///< bytes follow the last whole line

  std::optional<std::size_t> find(std::string_view instance) const;
};

/// `label` names the file in messages. Error{config} with line and key for what is no record of a
/// version that this build reads.
RecordedRun parse_run_record(std::string_view text, const std::string& label);

/// finished: it said so. died: it did not, and nobody holds its lock.
enum class RunState { running, finished, died };
std::string_view to_string(RunState state);

/// The records below one `runs` directory.
class RunHistory {
 public:
  explicit RunHistory(std::filesystem::path runs) : runs_(std::move(runs)) {}

  /// Ids of all that have a record, the newest first.
  std::vector<std::string> list() const;
  /// An id, the beginning of exactly one, or "@last". Error{not_found} with a suggestion,
  /// Error{usage} for a beginning of many.
  std::string find(const std::string& name) const;
  RecordedRun load(const std::string& id) const;
  /// With its state, asked in an order in which a run that ends meanwhile is not taken for dead.
  std::pair<RecordedRun, RunState> load_with_state(const std::string& id) const;
  /// Whether a process holds the lock that dies with it. Its number is never asked.
  bool is_running(const std::string& id) const;

  /// When it began, by the clock of its file system; 0 when there is no such run.
  std::int64_t begun_ns(const std::string& id) const;

  std::filesystem::path directory_of(const std::string& id) const { return runs_ / id; }
  std::filesystem::path lock_of(const std::string& id) const;
  std::filesystem::path log_of(const std::string& id, const std::string& instance) const;

 private:
  std::filesystem::path runs_;
};

}  // namespace mlops::pipeline
