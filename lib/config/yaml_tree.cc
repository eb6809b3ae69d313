#include "config/yaml_tree.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "config/yaml_events.h"

namespace mlops::config {

namespace {

YamlNode::Scalar scalar_of(const nlohmann::json& value) {
  if (value.is_boolean()) {
    return value.get<bool>();
  }
  if (value.is_number_integer()) {
    return value.get<std::int64_t>();
  }
  if (value.is_number()) {
    return value.get<double>();
  }
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return nullptr;
}

/// What JsonBuilder does, with lines and the order of keys.
class TreeBuilder {
 public:
  using Value = YamlNode;
  static Value list() { return {.kind = YamlNode::Kind::list}; }
  static Value table() { return {.kind = YamlNode::Kind::table}; }
  static Value scalar(const nlohmann::json& value) { return {.scalar = scalar_of(value)}; }
  static bool is_table(const Value& value) { return value.kind == YamlNode::Kind::table; }
  static std::size_t count_nodes(const Value& value) {
    constexpr std::size_t kBytesOfNode = 64;
    const std::string* const text = value.text();
    std::size_t count = 1 + (text == nullptr ? 0 : text->size() / kBytesOfNode);
    for (const Value& child : value.children) {
      count += count_nodes(child);
    }
    return count;
  }

  TreeBuilder(std::string file, std::uint32_t max_depth)
      : file_(std::move(file)), max_depth_(max_depth) {}

  void set_line(std::size_t line) { line_ = line; }
  void key(std::string name) {
    Open& open = open_.back();
    if (!open.seen.insert(name).second) {
      fail("duplicate key " + quote(name));
    }
    open.node->keys.push_back(std::move(name));
    open.key_line = line_;
  }
  /// The open node is the last child of its own parent, which gets no other one meanwhile: no
  /// pointer dangles.
  Value& value(Value value) {
    if (open_.empty()) {
      value.line = static_cast<std::uint32_t>(line_);
      root_ = std::move(value);
      return root_;
    }
    Open& open = open_.back();
    value.line = static_cast<std::uint32_t>(is_table(*open.node) ? open.key_line : line_);
    return open.node->children.emplace_back(std::move(value));
  }
  void begin(Value empty) {
    if (open_.size() >= max_depth_) {
      fail("nested too deeply");
    }
    open_.push_back({&value(std::move(empty)), 0, {}});
  }
  Value& end() {
    Value& done = *open_.back().node;
    open_.pop_back();
    return done;
  }
  Value take() { return std::move(root_); }
  [[noreturn]] void fail(const std::string& problem, std::string hint = {}) const {
    fail_param(file_, line_, problem, std::move(hint));
  }

 private:
  struct Open {
    Value* node = nullptr;
    std::size_t key_line = 0;
    std::unordered_set<std::string> seen;
  };

  std::string file_;
  std::uint32_t max_depth_;
  std::size_t line_ = 0;
  Value root_;
  std::vector<Open> open_;
};

}  // namespace

bool YamlNode::is_null() const {
  return kind == Kind::scalar && std::holds_alternative<std::nullptr_t>(scalar);
}

const std::string* YamlNode::text() const {
  return kind == Kind::scalar ? std::get_if<std::string>(&scalar) : nullptr;
}

const bool* YamlNode::boolean() const {
  return kind == Kind::scalar ? std::get_if<bool>(&scalar) : nullptr;
}

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &children[static_cast<std::size_t>(found - keys.begin())];
}

nlohmann::json YamlNode::to_json() const {
  if (kind == Kind::scalar) {
    return std::visit([](const auto& value) { return nlohmann::json(value); }, scalar);
  }
  nlohmann::json all = kind == Kind::list ? nlohmann::json::array() : nlohmann::json::object();
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (kind == Kind::list) {
      all.push_back(children[i].to_json());
    } else {
      all[keys[i]] = children[i].to_json();
    }
  }
  return all;
}

YamlNode parse_yaml_tree(std::string_view text, const std::string& file, const Limits& limits) {
  YamlNode top = parse_yaml_document<TreeBuilder>(text, file, limits);
  if (top.is_null()) {
    top = TreeBuilder::table();
  }
  if (top.kind != YamlNode::Kind::table) {
    fail_param(file, 1, "the top must be a table");
  }
  return top;
}

}  // namespace mlops::config
