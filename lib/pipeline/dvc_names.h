#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace mlops::pipeline {

/// Where something of DVC's stands: "dvc.yaml:12: stages.train.deps[0]".
struct DvcPlace {
  std::string file;
  std::uint32_t line = 0;
  std::string key;

  DvcPlace at(std::string_view more, std::uint32_t line_of_it) const;
  /// Error{config}.
  [[noreturn]] void fail(std::string_view problem, std::string hint = {}) const;
};

/// The parameter files that dvc.yaml may name, each parsed once. Paths from the work tree's top.
class DvcParamFiles {
 public:
  /// The text of a file; nothing when it is absent.
  using Read = std::function<std::optional<std::string>(const std::string& path)>;
  explicit DvcParamFiles(Read read) : read_(std::move(read)) {}
  /// Null when the file is absent. Error{config} when it cannot be read.
  std::shared_ptr<const nlohmann::json> find(const std::string& path);
  /// By its ending: one that pipeline files may name.
  static bool is_readable(std::string_view path);

 private:
  Read read_;
  std::map<std::string, std::shared_ptr<const nlohmann::json>> files_;
};

/// What a name of `${…}` stands for.
struct DvcValue {
  std::shared_ptr<const nlohmann::json> value;
  std::string file{};  ///< whose value it is; empty: of dvc.yaml itself
  std::string path{};  ///< in that file; empty: it has no path that our files could name
  std::string kept{};  ///< what our file says instead: "${matrix.item}"
};

/// The names that `${…}` knows in one place of a dvc.yaml: parameter files, `vars`, and what
/// foreach and matrix add. Copies are cheap.
class DvcNames {
 public:
  /// `keys`: only these; empty: all. Error{config} when the file lacks one.
  void add_file(const std::string& file,
                const std::shared_ptr<const nlohmann::json>& values,
                const std::vector<std::string>& keys,
                const DvcPlace& place);
  void add_inline(nlohmann::json values);
  /// "item", "key", "item.model": before all others.
  void add_local(const std::string& name, DvcValue value);
  bool has_whole_file(const std::string& file) const;

  /// "a.b", "a[0].b". Error{config} when nothing has it, or two places have.
  DvcValue find(std::string_view expression, const DvcPlace& place) const;

 private:
  struct Layer {
    std::string file;
    std::shared_ptr<const nlohmann::json> values;
    std::vector<std::string> keys;
  };
  std::optional<DvcValue> find_local(const std::vector<std::string>& path) const;

  std::vector<Layer> layers_;
  std::map<std::string, DvcValue> locals_;
};

/// A scalar as DVC writes it into a text; nothing for what it cannot write, or for a text of which
/// DVC and we disagree whether it is a number.
std::optional<std::string> dvc_text(const nlohmann::json& value);

}  // namespace mlops::pipeline
