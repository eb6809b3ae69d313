#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace mlops::config {

/// Parameter files (.toml, .json, .yaml, .yml) merged in order, later wins key by key; arrays are
/// replaced whole. Values keep their type: 1, 1.0 and "1" differ. Limits as for other documents:
/// size, depth, no YAML anchors beyond 10,000 expanded nodes, no duplicate keys, no NaN keys.
class Params {
 public:
  Params();
  Params(const Params&);
  Params& operator=(const Params&);
  Params(Params&&) noexcept;
  Params& operator=(Params&&) noexcept;
  ~Params();

  /// `file` names it in messages; the format follows from its ending. Error{config}.
  void merge_text(std::string_view text, const std::string& file);
  /// "train.lr=0.1": the value is read as a TOML value, and as a string where it is none.
  void set(std::string_view assignment);
  /// The value at a dotted path, or null pointer.
  const nlohmann::json* find(std::string_view dotted_path) const;
  const nlohmann::json& all() const;

 private:
  std::unique_ptr<nlohmann::json> root_;
};

/// Canonical text of a value for keys and locks: sorted keys, no white space, shortest round-trip
/// numbers, 1 and 1.0 apart.
std::string canonical_json(const nlohmann::json& value);

}  // namespace mlops::config
