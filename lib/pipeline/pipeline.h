#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/params.h"
#include "config/toml.h"
#include "policy/predictions.h"

namespace mlops::pipeline {

/// `pipeline.toml` as data (mlops-pipeline(5)): parsed and checked, nothing substituted yet.

/// A key of the format that was read and checked, but that this build cannot honour yet.
struct Unsupported {
  config::Position position;
  std::string what;  ///< a plural: "schedules", "pools of type 'kubernetes'"
};
/// "<file>:<line>: <key>: <what> are not supported by this build yet".
std::string to_string(const Unsupported& unsupported);

enum class EnvironmentType { process, venv, conda, container };
std::string_view to_string(EnvironmentType type);
enum class PullPolicy { missing, always, never };
std::string_view to_string(PullPolicy policy);
/// An image that is built from a directory of the repository.
struct ImageBuild {
  std::string context;
  std::string file;  ///< relative to the top
};
struct Environment {
  std::string name;
  EnvironmentType type = EnvironmentType::process;
  std::vector<std::string> tools;         ///< process: shell commands whose output enters the key
  std::string path;                       ///< venv
  std::vector<std::string> requirements;  ///< venv: files
  std::string prefix;                     ///< conda, as written: may begin with "~/"
  std::string file;                       ///< conda: environment.yml
  std::string lock;                       ///< conda
  std::string image;                      ///< container, or what a venv or conda runs in
  std::optional<ImageBuild> build;        ///< container
  PullPolicy pull = PullPolicy::missing;
  std::string same_as;  ///< another environment: results are shared with it
  config::Position position;
  std::vector<Unsupported> unsupported;
};

enum class PoolType { local, kubernetes };
struct Pool {
  std::string name = "local";
  PoolType type = PoolType::local;
  std::uint64_t cpu_slots = 0;             ///< 0: the machine's processors
  std::uint64_t memory_slots = 0;          ///< bytes; 0: the machine's
  std::optional<std::uint64_t> gpu_slots;  ///< absent: the machine's
  config::Position position;
  std::vector<Unsupported> unsupported;
};

enum class OutKind { data, metrics, plot };
std::string_view to_string(OutKind kind);
struct Out {
  std::string name;  ///< of a table of names; else empty
  std::string path;
  OutKind kind = OutKind::data;
  bool persist = false;
  bool cache = true;
};

enum class CachePolicy { automatic, never, always };

struct Retry {
  std::uint32_t max = 0;        ///< of the machine's failures, and again of the command's own
  std::vector<std::string> on;  ///< infra | oom | exit:N | timeout
  std::chrono::milliseconds backoff{30'000};
  double factor = 2.0;
  std::chrono::milliseconds max_backoff{600'000};
  double oom_memory_factor = 1.0;  ///< of memory, with each attempt that ran out of it
};

/// What a stage gets and nothing else may see. The value is not here.
struct Secret {
  enum class Target { variable, file } target = Target::variable;
  std::string name;   ///< of the variable, or the path of the file
  std::string local;  ///< "env:NAME", "file:PATH"; empty: local pools have none
  config::Position position;
};

struct EnvironmentVariables {
  std::map<std::string, std::string> set;
  std::vector<std::string> hash;
  std::vector<std::string> pass;
};

struct MatrixAxis {
  std::string name;
  std::vector<std::string> values;  ///< scalars as canonical JSON: `1`, `"xgb"`, `true`
  std::string params_path;          ///< instead of values: the array at this path of the params
};

/// What `${resources.NAME}` gives, as declared.
struct Resources {
  std::uint64_t cpu = 1;
  std::uint64_t memory_bytes = 0;  ///< 0: not declared
  std::uint64_t disk_bytes = 0;
  std::uint64_t shm_bytes = 0;  ///< of a container's /dev/shm; 0: not declared
  std::uint64_t gpu = 0;
  std::map<std::string, std::string> declared;  ///< as text: "8", "32GiB"
};

struct Stage {
  std::string name;
  std::vector<std::string> argv;      ///< array command
  std::optional<std::string> script;  ///< string command
  std::vector<std::string> shell{"sh", "-eu", "-c"};
  std::string workdir = ".";
  std::vector<std::string> deps;
  std::vector<Out> outs;  ///< outs, metrics and plots, file order
  std::vector<std::string> params;
  std::vector<std::string> after;
  std::vector<MatrixAxis> matrix;
  std::vector<std::map<std::string, std::string>> matrix_exclude;  ///< axis → canonical JSON
  std::string environment;  ///< name; empty: the process environment without tools
  std::string pool = "local";
  EnvironmentVariables variables;
  std::vector<Secret> secrets;
  std::optional<std::chrono::milliseconds> timeout;
  std::chrono::milliseconds grace{10'000};
  Retry retry;
  Resources resources;
  std::optional<std::string> when;
  std::vector<std::string> checks;  ///< [check.*] of safeguards.toml
  config::Position checks_position;
  CachePolicy cache = CachePolicy::automatic;
  bool allow_failure = false;
  std::string description;
  config::Position position;
  std::vector<Unsupported> unsupported;  ///< its own; see Pipeline::unsupported_by
};

/// Argument vectors that are run when a run is over. They came with the repository.
struct Hooks {
  std::vector<std::vector<std::string>> on_failure;
  std::vector<std::vector<std::string>> on_success;
  config::Position position;
  bool empty() const { return on_failure.empty() && on_success.empty(); }
};

struct Pipeline {
  std::string name;
  std::string file;  ///< relative to the work tree's top
  std::vector<std::string> params_files;
  std::map<std::string, Environment> environments;
  std::map<std::string, Pool> pools;  ///< "local" is always there
  std::vector<Stage> stages;          ///< file order
  std::vector<policy::PredictionSet> predictions;
  Hooks hooks;
  std::vector<Unsupported> unsupported;  ///< keys outside of stages: schedules

  /// What keeps this build from running the stage: its own keys, its environment's, its pool's.
  std::vector<Unsupported> unsupported_by(const Stage& stage) const;
  /// Everything that this build cannot honour, in file order: for `mlops pipeline validate`.
  std::vector<Unsupported> list_unsupported() const;
};

inline constexpr std::size_t kMaxPipelineName = 40;
inline constexpr std::size_t kMaxName = 30;  ///< of stages, environments, pools, axes, named outs

/// Error{config} with file, line and key: unknown keys (with a suggestion), wrong types, duplicate
/// names, unknown environments and pools, paths that are absolute or leave the repository. Keys of
/// the format that this build cannot honour yet (a Kubernetes pool …) are
/// checked all the same and listed as unsupported; run_pipeline refuses what needs them.
Pipeline parse_pipeline(std::string_view text, const std::string& file);

}  // namespace mlops::pipeline
