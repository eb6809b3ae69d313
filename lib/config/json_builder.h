#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/param_formats.h"

namespace mlops::config {

/// Builds a value from the events of a parser, without recursion: depth bounded, a key that comes
/// twice refused. The owner says in which line it stands. Header of sources only.
class JsonBuilder {
 public:
  using Value = nlohmann::json;
  static Value list() { return Value::array(); }
  static Value table() { return Value::object(); }
  static Value scalar(nlohmann::json value) { return value; }
  static bool is_table(const Value& value) { return value.is_object(); }
  /// A long text counts as several: aliases of it would need memory as well.
  static std::size_t count_nodes(const Value& value) {
    constexpr std::size_t kBytesOfNode = 64;
    const auto* const text = value.get_ptr<const std::string*>();
    std::size_t count = 1 + (text == nullptr ? 0 : text->size() / kBytesOfNode);
    if (value.is_structured()) {
      for (const auto& child : value) {
        count += count_nodes(child);
      }
    }
    return count;
  }

  JsonBuilder(std::string file, std::uint32_t max_depth)
      : file_(std::move(file)), max_depth_(max_depth) {}

  void set_line(std::size_t line) { line_ = line; }
  void key(std::string name) {
    if (open_.back()->contains(name)) {
      fail("duplicate key " + quote(name));
    }
    key_ = std::move(name);
  }
  nlohmann::json& value(nlohmann::json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return root_;
    }
    auto& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return parent.back();
    }
    return parent[key_] = std::move(value);
  }
  void begin(nlohmann::json empty) {
    if (open_.size() >= max_depth_) {
      fail("nested too deeply");
    }
    open_.push_back(&value(std::move(empty)));
  }
  nlohmann::json& end() {
    auto& done = *open_.back();
    open_.pop_back();
    return done;
  }
  std::size_t depth() const { return open_.size(); }
  nlohmann::json take() { return std::move(root_); }
  [[noreturn]] void fail(const std::string& problem, std::string hint = {}) const {
    fail_param(file_, line_, problem, std::move(hint));
  }

 private:
  std::string file_;
  std::uint32_t max_depth_;
  std::size_t line_ = 0;
  nlohmann::json root_;
  std::vector<nlohmann::json*> open_;
  std::string key_;
};

}  // namespace mlops::config
