#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/packages.h"
#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// A conda environment: a prefix that is there, or one made from environment.yml or a lock with
/// conda, mamba or micromamba. Made ones lie beside the store's runs, one for each content of the
/// files. The activated environment is computed once; `conda run` is never called. The identity is
/// over name, version, build and digest of every package: pinned, and strong when they are those of
/// the lock.
class Conda final : public Packages {
 public:
  Conda(const RunContext& context, const Environment& declared);
  void prepare() override;
  EnvironmentIdentity identify() override;
  std::filesystem::path prefix() override { return place_; }
  /// Error{io} when a script of activate.d fails.
  std::map<std::string, std::string> activate(std::map<std::string, std::string> base) override;

 private:
  std::filesystem::path find_place() const;
  bool is_there() const;
  std::map<std::string, std::string> variables_to_create() const;
  void create() const;
  std::vector<std::string> create_command() const;
  std::string read_declared(const std::string& file, std::string_view key) const;

  const RunContext& context_;
  const Environment& declared_;
  std::filesystem::path place_;
  bool is_prepared_ = false;
  std::optional<EnvironmentIdentity> identity_;
};

/// A package as conda-meta and locks name it: "numpy 1.26.4 py311h…" → its digest. From a lock of
/// URLs ("@EXPLICIT") or a conda-lock.yml, of which the packages of `platform` count. Nothing for a
/// text that is neither. Error{config} for YAML that cannot be read.
using CondaPackages = std::map<std::string, std::string>;
std::optional<CondaPackages> parse_conda_lock(std::string_view text,
                                              const std::string& file,
                                              std::string_view platform);

/// What conda-meta/*.json of a prefix says is installed. Error{config} for a file that is damaged.
CondaPackages read_conda_meta(const std::filesystem::path& prefix);

}  // namespace mlops::pipeline
