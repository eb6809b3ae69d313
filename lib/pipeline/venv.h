#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/packages.h"
#include "pipeline/run_context.h"

namespace mlops::pipeline {

/// A virtual environment of Python. With `requirements` it is made by `python3 -m venv` and `pip
/// install -r` when it is not there or they changed: beside its place, then renamed, so that an
/// interrupted installation leaves nothing half-made. One that somebody else made is used as it
/// is and never replaced. The identity is over python and the digests of what is installed: pinned.
class Venv final : public Packages {
 public:
  Venv(const RunContext& context, const Environment& declared);
  void prepare() override;
  EnvironmentIdentity identify() override;
  std::filesystem::path prefix() override { return place_; }
  std::map<std::string, std::string> activate(std::map<std::string, std::string> base) override;

 private:
  bool is_there() const;
  void refuse_tracked() const;
  std::string wanted() const;
  void create(const std::string& wanted);
  void run_python(std::vector<std::string> argv, const std::string& what) const;

  const RunContext& context_;
  const Environment& declared_;
  std::filesystem::path place_;
  bool is_prepared_ = false;
  std::optional<EnvironmentIdentity> identity_;
};

}  // namespace mlops::pipeline
