#pragma once

#include <cstddef>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "config/param_formats.h"
#include "config/yaml_scalar.h"

namespace mlops::config {

/// One document of YAML into whatever a builder makes of it, bounded in size, depth and in what
/// aliases add. Header of sources only: yaml-cpp is not seen outside of this room. A builder has
/// JsonBuilder's functions and what is static there.

/// What aliases may add to a document: a bomb of anchors ends here.
inline constexpr std::size_t kMaxAliasNodes = 10'000;

inline std::size_t line_of_mark(const YAML::Mark& mark) {
  return mark.line >= 0 ? static_cast<std::size_t>(mark.line) + 1U : 0U;
}

/// The events of yaml-cpp's parser, which bounds its own recursion.
template <typename Builder>
class YamlEvents final : public YAML::EventHandler {
 public:
  using Value = typename Builder::Value;
  YamlEvents(const std::string& file, const Limits& limits) : builder_(file, limits.max_depth) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, anchor, Builder::scalar(nullptr));
  }
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& text) override {
    if (takes_key()) {
      add_key(mark, tag, anchor, text);
    } else {
      builder_.set_line(line_of_mark(mark));
      check_text(text);
      add(mark,
          anchor,
          Builder::scalar(read_yaml_scalar(
              tag, text, [&](const std::string& problem) { builder_.fail(problem); })));
    }
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) {
      at(mark).fail("alias to a value that contains it");
    }
    alias_nodes_ += found->second.nodes;
    if (alias_nodes_ > kMaxAliasNodes) {
      at(mark).fail("aliases expand to too many values");
    }
    add(mark, YAML::NullAnchor, found->second.value);
  }
  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Builder::list(), "tag:yaml.org,2002:seq");
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Builder::table(), "tag:yaml.org,2002:map");
  }
  void OnMapEnd() override { close(); }

  Value take() { return builder_.take(); }

 private:
  struct Level {
    bool map = false;
    bool has_key = false;
    YAML::anchor_t anchor = YAML::NullAnchor;
  };
  struct Anchored {
    Value value;
    std::size_t nodes = 0;
  };

  Builder& at(const YAML::Mark& mark) {
    builder_.set_line(line_of_mark(mark));
    return builder_;
  }
  bool takes_key() const {
    return !levels_.empty() && levels_.back().map && !levels_.back().has_key;
  }
  /// Every value passes here: one that stands where a key belongs is refused.
  void begin_value(const YAML::Mark& mark) {
    if (takes_key()) {
      at(mark).fail("a key must be a text");
    }
    if (!levels_.empty()) {
      levels_.back().has_key = false;
    }
  }
  void add_key(const YAML::Mark& mark,
               const std::string& tag,
               YAML::anchor_t anchor,
               const std::string& text) {
    if (text == "<<" && tag == "?") {
      at(mark).fail("merge keys ('<<') are not part of YAML 1.2", "write the keys out");
    }
    if (text.empty() || anchor != YAML::NullAnchor || (tag != "?" && tag != "!")) {
      at(mark).fail("a key must be a plain text");
    }
    check_text(text);
    at(mark).key(text);
    levels_.back().has_key = true;
  }
  void add(const YAML::Mark& mark, YAML::anchor_t anchor, Value value) {
    begin_value(mark);
    remember(anchor, at(mark).value(std::move(value)));
  }
  void open(const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor,
            Value empty,
            std::string_view core_tag) {
    begin_value(mark);
    if (!tag.empty() && tag != "?" && tag != "!" && tag != core_tag) {
      at(mark).fail("unknown tag " + quote(tag));
    }
    levels_.push_back({Builder::is_table(empty), false, anchor});
    at(mark).begin(std::move(empty));
  }
  void close() {
    const auto anchor = levels_.back().anchor;
    levels_.pop_back();
    remember(anchor, builder_.end());
  }
  void remember(YAML::anchor_t anchor, const Value& value) {
    if (anchor != YAML::NullAnchor) {
      // A copy: bounded, since what it holds of other anchors was counted when it was expanded.
      const auto nodes = Builder::count_nodes(value);
      alias_nodes_ += nodes;
      if (alias_nodes_ > kMaxAliasNodes) {
        builder_.fail("anchors hold too many values");
      }
      anchored_[anchor] = {value, nodes};
    }
  }

  void check_text(const std::string& text) {
    if (!is_utf8(text) || text.find('\0') != std::string::npos) {
      builder_.fail("contains NUL or invalid UTF-8");
    }
  }

  Builder builder_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, Anchored> anchored_;
  std::size_t alias_nodes_ = 0;
};

/// What yaml-cpp's scanner, which looks ahead, needs to stay linear and shallow.
inline void check_flow_depth(std::string_view text, const std::string& file, const Limits& limits) {
  // Brackets within quotes or comments are counted too: only unbalanced ones by the hundred hurt.
  constexpr std::size_t kSlack = 1000;
  std::size_t open = 0;
  std::size_t line = 1;
  for (const char c : text) {
    line += c == '\n' ? 1U : 0U;
    open += (c == '[' || c == '{') ? 1U : 0U;
    open -= ((c == ']' || c == '}') && open > 0) ? 1U : 0U;
    if (open > limits.max_depth + kSlack) {
      fail_param(file, line, "nested too deeply");
    }
  }
}

/// Nothing in the text gives Builder::scalar(nullptr).
template <typename Builder>
typename Builder::Value parse_yaml_document(std::string_view text,
                                            const std::string& file,
                                            const Limits& limits) {
  check_param_text(text, file, limits);
  check_flow_depth(text, file, limits);
  YamlEvents<Builder> events(file, limits);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    const bool any = parser.HandleNextDocument(events);
    YamlEvents<Builder> rest(file, limits);
    if (any && parser.HandleNextDocument(rest)) {
      fail_param(file, 0, "holds more than one YAML document");
    }
  } catch (const YAML::Exception& error) {
    fail_param(file, line_of_mark(error.mark), "not valid YAML: " + error.msg);
  }
  return events.take();
}

}  // namespace mlops::config
