#include "config/toml_scan.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace mlops::config {

namespace {

[[noreturn]] void fail_at(const std::string& file,
                          std::size_t line,
                          std::string_view problem,
                          std::string hint = {}) {
  throw Error(ErrorKind::config, fmt::format("{}:{}: {}", file, line, problem), std::move(hint));
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  return 1U + static_cast<std::size_t>(std::count(
                  text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

void check_characters(std::string_view text, const std::string& file) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte >= 0x20U && byte != 0x7fU) || byte == '\t' || byte == '\n') {
      continue;
    }
    if (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      continue;
    }
    if (byte == '\r') {
      fail_at(file, line_of(text, i), "carriage return without a line feed");
    }
    fail_at(file, line_of(text, i), fmt::format("control character 0x{:02x}", byte));
  }
  if (!is_utf8(text)) {
    std::size_t line = 1;
    for (const auto part : split(text, '\n')) {
      if (!is_utf8(part)) {
        break;
      }
      ++line;
    }
    fail_at(file, line, "not valid UTF-8");
  }
}

/// Offset behind the string that starts at `at`. A single-line string that meets a line break ends
/// there: the parser refuses such a document, so nothing behind it matters.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const char mark = text[at];
  const std::string triple(3, mark);
  const bool multi_line = text.substr(at, 3) == triple;
  std::size_t i = at + (multi_line ? 3U : 1U);
  while (i < text.size()) {
    if (mark == '"' && text[i] == '\\') {
      i += 2;
    } else if (multi_line && text.substr(i, 3) == triple) {
      i += 3;
      // Up to two more marks belong to the text: """a"""""
      for (int more = 0; more < 2 && i < text.size() && text[i] == mark; ++more) {
        ++i;
      }
      return i;
    } else if (!multi_line && (text[i] == mark || text[i] == '\n')) {
      return i + 1;
    } else {
      ++i;
    }
  }
  return text.size();
}

std::size_t skip_comment(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

void check_nesting(std::string_view text, const std::string& file, std::uint32_t max_depth) {
  std::uint32_t brackets = 0;
  std::uint32_t dots = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = skip_string(text, i);
      continue;
    }
    if (c == '#') {
      i = skip_comment(text, i);
      continue;
    }
    if (c == '[' || c == '{') {
      ++brackets;
    } else if ((c == ']' || c == '}') && brackets > 0) {
      --brackets;
    }
    if (c == '.') {
      ++dots;
    } else if (c == '\n' || c == '=' || c == ',' || c == '{') {
      dots = 0;
    }
    if (brackets > max_depth || dots >= max_depth) {
      fail_at(file, line_of(text, i), fmt::format("nested deeper than {} levels", max_depth));
    }
    ++i;
  }
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Walks over text that a TOML parser accepted.
class Scanner {
 public:
  Scanner(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  std::vector<TomlStatement> statements() {
    std::vector<TomlStatement> found;
    while (at_ < text_.size()) {
      TomlStatement statement;
      statement.begin = at_;
      skip_blanks();
      if (peek() == '#' || peek() == '\n' || peek() == '\r' || at_ == text_.size()) {
        end_line();
        continue;
      }
      if (peek() == '[') {
        read_header(statement);
      } else {
        read_assignment(statement);
      }
      end_line();
      statement.end = at_;
      found.push_back(std::move(statement));
    }
    return found;
  }

  std::vector<std::string> whole_key() {
    auto key = read_key();
    if (at_ != text_.size()) {
      fail("not a dotted key");
    }
    return key;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (is_blank(peek())) {
      ++at_;
    }
  }
  void end_line() { at_ = std::min(skip_comment(text_, at_) + 1, text_.size()); }
  [[noreturn]] void fail(std::string_view problem) const {
    fail_at(file_, line_of(text_, std::min(at_, text_.size())), problem);
  }
  void expect(char c) {
    if (peek() != c) {
      fail(fmt::format("expected '{}'", c));
    }
    ++at_;
  }

  void read_header(TomlStatement& statement) {
    expect('[');
    const bool array = peek() == '[';
    at_ += array ? 1U : 0U;
    statement.kind = array ? TomlStatement::Kind::array_header : TomlStatement::Kind::header;
    statement.key = read_key();
    expect(']');
    if (array) {
      expect(']');
    }
  }

  static std::size_t depth_after(char c, std::size_t depth) {
    if (c == '[' || c == '{') {
      return depth + 1;
    }
    return (c == ']' || c == '}') && depth > 0 ? depth - 1 : depth;
  }

  void read_assignment(TomlStatement& statement) {
    statement.key = read_key();
    expect('=');
    skip_blanks();
    statement.value_begin = at_;
    std::size_t depth = 0;
    std::size_t end = at_;
    while (at_ < text_.size() && (depth > 0 || (peek() != '\n' && peek() != '#'))) {
      const char c = peek();
      if (c == '"' || c == '\'') {
        at_ = skip_string(text_, at_);
      } else if (c == '#') {
        at_ = skip_comment(text_, at_);
      } else {
        depth = depth_after(c, depth);
        ++at_;
      }
      end = (is_blank(c) || c == '\r') ? end : at_;
    }
    statement.value_end = end;
  }

  std::vector<std::string> read_key() {
    std::vector<std::string> segments;
    while (true) {
      skip_blanks();
      segments.push_back(read_segment());
      skip_blanks();
      if (peek() != '.') {
        return segments;
      }
      ++at_;
    }
  }

  std::string read_segment() {
    const std::size_t begin = at_;
    if (peek() == '"' || peek() == '\'') {
      at_ = skip_string(text_, at_);
      // The parser knows the escapes of a string; the key of `"k" = 0` is what it makes of it.
      const auto keys =
          parse_toml(std::string(text_.substr(begin, at_ - begin)) + " = 0", file_).keys();
      return keys.at(0);
    }
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(peek())) != 0 ||
                                  peek() == '_' || peek() == '-')) {
      ++at_;
    }
    if (at_ == begin) {
      fail("expected a key");
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
};

}  // namespace

void check_toml_text(std::string_view text, const std::string& file, const Limits& limits) {
  if (text.size() > limits.max_bytes) {
    throw Error(ErrorKind::config,
                fmt::format("{}: larger than {}", file, format_bytes(limits.max_bytes)));
  }
  check_characters(text, file);
  check_nesting(text, file, limits.max_depth);
}

std::vector<TomlStatement> scan_statements(std::string_view text, const std::string& file) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (!text.starts_with(kByteOrderMark)) {
    return Scanner(text, file).statements();
  }
  auto found = Scanner(text.substr(kByteOrderMark.size()), file).statements();
  for (auto& statement : found) {
    for (auto* offset :
         {&statement.begin, &statement.end, &statement.value_begin, &statement.value_end}) {
      *offset += kByteOrderMark.size();
    }
  }
  return found;
}

std::vector<std::string> split_toml_key(std::string_view dotted) {
  return Scanner(dotted, fmt::format("key {}", quote(dotted))).whole_key();
}

}  // namespace mlops::config
