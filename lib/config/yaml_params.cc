#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>

#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "config/json_builder.h"
#include "config/param_formats.h"

namespace mlops::config {

namespace {

/// What aliases may add to a document: a bomb of anchors ends here.
constexpr std::size_t kMaxAliasNodes = 10'000;

std::size_t line_of(const YAML::Mark& mark) {
  return mark.line >= 0 ? static_cast<std::size_t>(mark.line) + 1U : 0U;
}

/// A long text counts as several: aliases of it would need memory as well.
std::size_t count_nodes(const nlohmann::json& value) {
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

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::size_t count_digits(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_core_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto whole = count_digits(text);
  text.remove_prefix(whole);
  std::size_t fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = count_digits(text);
    text.remove_prefix(fraction);
  }
  if (whole + fraction == 0) {
    return false;
  }
  if (text.empty()) {
    return true;
  }
  if (text.front() != 'e' && text.front() != 'E') {
    return false;
  }
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return !text.empty() && count_digits(text) == text.size();
}

bool is_core_nonfinite(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") {
    return true;
  }
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

bool is_core_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::optional<bool> core_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  return std::nullopt;
}

/// Digits and base of a core integer; nothing for anything else. Octal is 0o17, never 017.
std::optional<std::pair<std::string_view, int>> core_integer(std::string_view text) {
  constexpr int kOctal = 8;
  constexpr int kDecimal = 10;
  constexpr int kHex = 16;
  if (text.starts_with("0o") && all_of(text.substr(2), "01234567")) {
    return std::pair(text.substr(2), kOctal);
  }
  if (text.starts_with("0x") && all_of(text.substr(2), "0123456789abcdefABCDEF")) {
    return std::pair(text.substr(2), kHex);
  }
  const auto digits = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  if (!all_of(digits, "0123456789")) {
    return std::nullopt;
  }
  return std::pair(text.starts_with('+') ? digits : text, kDecimal);
}

/// The events of yaml-cpp's parser, which bounds its own recursion.
class YamlEvents final : public YAML::EventHandler {
 public:
  YamlEvents(const std::string& file, const Limits& limits) : builder_(file, limits.max_depth) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, anchor, nullptr);
  }
  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string& text) override {
    if (takes_key()) {
      add_key(mark, tag, anchor, text);
    } else {
      builder_.set_line(line_of(mark));
      add(mark, anchor, scalar(tag, text));
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
    open(mark, tag, anchor, nlohmann::json::array(), "tag:yaml.org,2002:seq");
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, nlohmann::json::object(), "tag:yaml.org,2002:map");
  }
  void OnMapEnd() override { close(); }

  nlohmann::json take() { return builder_.take(); }

 private:
  struct Level {
    bool map = false;
    bool has_key = false;
    YAML::anchor_t anchor = YAML::NullAnchor;
  };
  struct Anchored {
    nlohmann::json value;
    std::size_t nodes = 0;
  };

  JsonBuilder& at(const YAML::Mark& mark) {
    builder_.set_line(line_of(mark));
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
  void add(const YAML::Mark& mark, YAML::anchor_t anchor, nlohmann::json value) {
    begin_value(mark);
    remember(anchor, at(mark).value(std::move(value)));
  }
  void open(const YAML::Mark& mark,
            const std::string& tag,
            YAML::anchor_t anchor,
            nlohmann::json empty,
            std::string_view core_tag) {
    begin_value(mark);
    if (!tag.empty() && tag != "?" && tag != "!" && tag != core_tag) {
      at(mark).fail("unknown tag " + quote(tag));
    }
    levels_.push_back({empty.is_object(), false, anchor});
    at(mark).begin(std::move(empty));
  }
  void close() {
    const auto anchor = levels_.back().anchor;
    levels_.pop_back();
    remember(anchor, builder_.end());
  }
  void remember(YAML::anchor_t anchor, const nlohmann::json& value) {
    if (anchor != YAML::NullAnchor) {
      // A copy: bounded, since what it holds of other anchors was counted when it was expanded.
      const auto nodes = count_nodes(value);
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
  nlohmann::json scalar(const std::string& tag, const std::string& text) {
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    check_text(text);
    if (tag == "?" || tag.empty()) {
      return plain(text);
    }
    if (tag == "!" || tag == std::string(kCore) + "str") {
      return text;
    }
    auto value = tag.starts_with(kCore) ? plain(text) : nlohmann::json();
    const auto kind = tag.starts_with(kCore) ? tag.substr(kCore.size()) : "";
    if (kind == "float" && value.is_number()) {
      return value.get<double>();
    }
    const bool fits = (kind == "int" && value.is_number_integer()) ||
                      (kind == "bool" && value.is_boolean()) || (kind == "null" && value.is_null());
    if (!fits) {
      builder_.fail("tag " + quote(tag) + " does not fit " + quote(text));
    }
    return value;
  }
  nlohmann::json plain(const std::string& text) {
    if (is_core_null(text)) {
      return nullptr;
    }
    if (const auto truth = core_bool(text); truth) {
      return *truth;
    }
    if (const auto integer = core_integer(text); integer) {
      const auto& [digits, base] = *integer;
      std::int64_t value = 0;
      if (std::from_chars(digits.data(), digits.data() + digits.size(), value, base).ec !=
          std::errc{}) {
        builder_.fail("integer is beyond 64 bits");
      }
      return value;
    }
    if (is_core_nonfinite(text)) {
      builder_.fail("nan and inf are not parameter values");
    }
    if (is_core_float(text)) {
      return finite(text);
    }
    return text;
  }
  double finite(const std::string& text) {
    const auto digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
    double value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc{} || !std::isfinite(value)) {
      builder_.fail("number is out of range");
    }
    return value;
  }

  JsonBuilder builder_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, Anchored> anchored_;
  std::size_t alias_nodes_ = 0;
};

/// What yaml-cpp's scanner, which looks ahead, needs to stay linear and shallow.
void check_flow_depth(std::string_view text, const std::string& file, const Limits& limits) {
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

}  // namespace

nlohmann::json parse_yaml_params(std::string_view text,
                                 const std::string& file,
                                 const Limits& limits) {
  check_param_text(text, file, limits);
  check_flow_depth(text, file, limits);
  YamlEvents events(file, limits);
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    const bool any = parser.HandleNextDocument(events);
    YamlEvents rest(file, limits);
    if (any && parser.HandleNextDocument(rest)) {
      fail_param(file, 0, "holds more than one YAML document");
    }
  } catch (const YAML::Exception& error) {
    fail_param(file, line_of(error.mark), "not valid YAML: " + error.msg);
  }
  auto value = events.take();
  if (value.is_null()) {
    return nlohmann::json::object();
  }
  if (!value.is_object()) {
    fail_param(file, 1, "the top of a parameter file must be a table");
  }
  return value;
}

}  // namespace mlops::config
