#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml.h"
#include "pipeline/pipeline.h"

namespace mlops::pipeline {

/// The pieces of parse_pipeline; all throw Error{config} with file, line and key.

/// The keys of a stage: its own, else those of the file's `default` table, key by key.
class StageKeys {
 public:
  StageKeys(config::Table own, std::optional<config::Table> base);
  std::optional<config::Value> find(std::string_view key) const;
  const config::Table& own() const { return own_; }

 private:
  config::Table own_;
  std::optional<config::Table> base_;
};

/// `cmd` may be missing in the `default` table only.
enum class StagePart { stage, defaults };
Stage read_stage(const std::string& name, const StageKeys& keys, StagePart part);

/// outs, metrics, plots, checkpoint.
void read_outs(const StageKeys& keys, Stage& stage);
/// env, secrets, resources, timeout, retry.
void read_limits(const StageKeys& keys, Stage& stage);
void read_matrix(const config::Value& value, Stage& stage);

Environment read_environment(const std::string& name, const config::Table& table);
Pool read_pool(const std::string& name, const config::Table& table);

/// Names of stages, environments and pools: [a-z0-9-], up to `max` characters, no '-' in front.
void check_name(const std::string& name, const config::Table& where, std::size_t max);
/// A path or pattern of the file, in normal form; one with ${…} is judged after substitution.
std::string read_path(const config::Value& value);
std::string read_path_or_glob(const config::Value& value);
std::chrono::milliseconds read_duration(const config::Value& value);
/// A string with a unit or a number of bytes.
std::uint64_t read_bytes(const config::Value& value);
std::uint64_t read_count(const config::Value& value, std::uint64_t min, std::uint64_t max);
/// A string, integer, number or boolean as canonical JSON.
std::string read_scalar(const config::Value& value);
std::vector<std::string> read_unique_strings(const config::Value& value);

}  // namespace mlops::pipeline
