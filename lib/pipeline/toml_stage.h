#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlops::pipeline {

/// A string as TOML, in the spelling that is easiest to read: a literal string where that can be.
std::string toml_text(std::string_view text);

/// A line of comment: what cannot stand in one is escaped.
std::string toml_remark(std::string_view text);

/// An element of a list, with a comment behind it.
struct TomlItem {
  std::string value;  ///< as TOML
  std::string remark{};
};

/// A stage as it is going to stand in a pipeline file.
class TomlStage {
 public:
  explicit TomlStage(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  /// Above the stage.
  void add_remark(std::string_view text);
  /// `value` as TOML.
  void add(std::string_view key, std::string_view value);
  /// Nothing for an empty list.
  void add_list(std::string_view key, const std::vector<TomlItem>& items);
  std::string text() const;

 private:
  std::string name_;
  std::string remarks_;
  std::string keys_;
};

}  // namespace mlops::pipeline
