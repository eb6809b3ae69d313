#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/yaml_tree.h"
#include "pipeline/dvc_stage.h"

namespace mlops::pipeline {

/// A path of the stage: as it stands in our file, and as DVC resolves it.
struct DvcPath {
  std::string ours;
  std::string resolved;
};

/// Outs, metrics and plots of one DVC stage, by the kind that they have here.
class DvcOuts {
 public:
  using Place = std::function<DvcPath(const std::string& text, const DvcPlace& place)>;
  DvcOuts(const DvcSurroundings& surroundings, Place place_path)
      : surroundings_(surroundings), place_path_(std::move(place_path)) {}

  /// `key`: "outs", "metrics" or "plots" of dvc.yaml. Error{config}.
  void read(const config::YamlNode& list, const std::string& key, const DvcPlace& place);
  bool empty() const { return outs_.empty() && metrics_.empty() && plots_.empty(); }
  void write(TomlStage& stage) const;

 private:
  struct Flags {
    bool cache = true;
    bool persist = false;
    std::string x;
    std::string y;
    std::string remark;
  };
  Flags read_flags(const config::YamlNode& table, const std::string& key, const DvcPlace& place);
  void read_flag(const config::YamlNode& value,
                 const std::string& name,
                 const std::string& key,
                 const DvcPlace& place,
                 Flags& flags);
  void add(const std::string& key, const DvcPath& path, const Flags& flags, const DvcPlace& place);
  void add_plot(const DvcPath& path, const Flags& flags, std::string remark);

  const DvcSurroundings& surroundings_;
  Place place_path_;
  std::vector<TomlItem> outs_;
  std::vector<TomlItem> metrics_;
  std::vector<TomlItem> plots_;
};

}  // namespace mlops::pipeline
