#include <cstdint>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace mlops {

namespace {

// Bytes that are not UTF-8 are characters of their own, beyond Unicode, so that they equal only
// themselves.
constexpr std::uint32_t kInvalidByte = 0x110000;

struct ClassRange {
  std::uint32_t first;
  std::uint32_t last;
};

enum class TokenKind {
  literal,
  any,              ///< ? : one character but '/'
  char_class,       ///< [a-z]
  star,             ///< * : any run without '/'
  globstar,         ///< ** : any run
  globstar_prefix,  ///< **/ at the start of a component: nothing, or a run that ends in '/'
};

struct Token {
  TokenKind kind = TokenKind::literal;
  std::uint32_t code = 0;
  bool negated = false;
  std::vector<ClassRange> ranges;
};

std::vector<std::uint32_t> characters(std::string_view text) {
  std::vector<std::uint32_t> out;
  while (!text.empty()) {
    const Utf8Char next = decode_utf8(text);
    out.push_back(next.valid ? next.code : kInvalidByte + next.code);
    text.remove_prefix(next.length);
  }
  return out;
}

class PatternParser {
 public:
  explicit PatternParser(std::string_view pattern) : chars_(characters(pattern)) {}

  std::vector<Token> parse() {
    while (at_ < chars_.size()) {
      parse_token();
    }
    return std::move(tokens_);
  }

 private:
  void parse_token() {
    const std::uint32_t c = chars_[at_++];
    if (c == '*') {
      parse_star();
    } else if (c == '?') {
      tokens_.push_back({TokenKind::any, 0, false, {}});
    } else if (c == '[' && parse_class()) {
      return;
    } else if (c == '\\' && at_ < chars_.size()) {
      push_literal(chars_[at_++]);
    } else {
      push_literal(c);
    }
  }

  void parse_star() {
    const std::size_t first = at_ - 1;
    while (at_ < chars_.size() && chars_[at_] == '*') {
      ++at_;
    }
    if (at_ - first == 1) {
      tokens_.push_back({TokenKind::star, 0, false, {}});
      return;
    }
    const bool starts_component = first == 0 || chars_[first - 1] == '/';
    if (starts_component && at_ < chars_.size() && chars_[at_] == '/') {
      ++at_;
      tokens_.push_back({TokenKind::globstar_prefix, 0, false, {}});
    } else {
      tokens_.push_back({TokenKind::globstar, 0, false, {}});
    }
  }

  /// False, with nothing taken, when there is no closing bracket: then '[' stands for itself.
  bool parse_class() {
    std::size_t at = at_;
    Token token{TokenKind::char_class, 0, false, {}};
    if (at < chars_.size() && (chars_[at] == '!' || chars_[at] == '^')) {
      token.negated = true;
      ++at;
    }
    for (bool first = true; at < chars_.size(); first = false) {
      if (chars_[at] == ']' && !first) {
        at_ = at + 1;
        tokens_.push_back(std::move(token));
        return true;
      }
      std::uint32_t low = 0;
      if (!take_class_char(at, low)) {
        return false;
      }
      std::uint32_t high = low;
      if (at + 1 < chars_.size() && chars_[at] == '-' && chars_[at + 1] != ']') {
        ++at;
        if (!take_class_char(at, high)) {
          return false;
        }
      }
      token.ranges.push_back({low, high});
    }
    return false;
  }

  bool take_class_char(std::size_t& at, std::uint32_t& code) const {
    if (chars_[at] == '\\') {
      ++at;
    }
    if (at >= chars_.size()) {
      return false;
    }
    code = chars_[at++];
    return true;
  }

  void push_literal(std::uint32_t code) {
    tokens_.push_back({TokenKind::literal, code, false, {}});
  }

  std::vector<std::uint32_t> chars_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

bool class_holds(const Token& token, std::uint32_t c) {
  if (c == '/') {
    return false;
  }
  bool found = false;
  for (const ClassRange& range : token.ranges) {
    found = found || (c >= range.first && c <= range.last);
  }
  return found != token.negated;
}

bool takes_one(const Token& token, std::uint32_t c) {
  switch (token.kind) {
    case TokenKind::literal:
      return c == token.code;
    case TokenKind::any:
      return c != '/';
    case TokenKind::char_class:
      return class_holds(token, c);
    default:
      return false;
  }
}

bool may_be_empty(const Token& token) {
  return token.kind == TokenKind::star || token.kind == TokenKind::globstar ||
         token.kind == TokenKind::globstar_prefix;
}

/// All states of the automaton at once: state i means that tokens before i have matched, inside[i]
/// that a run of token i, a globstar_prefix, has begun and not yet met its '/'.
class Matcher {
 public:
  explicit Matcher(const std::vector<Token>& tokens)
      : tokens_(tokens), at_(tokens.size() + 1), inside_(tokens.size() + 1) {
    at_[0] = true;
    skip_empty();
  }

  void step(std::uint32_t c) {
    std::vector<bool> at(at_.size());
    std::vector<bool> inside(at_.size());
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.kind == TokenKind::globstar_prefix) {
        if (at_[i] || inside_[i]) {
          inside[i] = true;
          at[i + 1] = at[i + 1] || c == '/';
        }
      } else if (at_[i]) {
        at[i] = at[i] || token.kind == TokenKind::globstar ||
                (token.kind == TokenKind::star && c != '/');
        at[i + 1] = at[i + 1] || takes_one(token, c);
      }
    }
    at_ = std::move(at);
    inside_ = std::move(inside);
    skip_empty();
  }

  bool matches() const { return at_.back(); }

 private:
  void skip_empty() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (at_[i] && may_be_empty(tokens_[i])) {
        at_[i + 1] = true;
      }
    }
  }

  const std::vector<Token>& tokens_;
  std::vector<bool> at_;
  std::vector<bool> inside_;
};

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  const std::vector<Token> tokens = PatternParser(pattern).parse();
  Matcher matcher(tokens);
  for (const std::uint32_t c : characters(text)) {
    matcher.step(c);
  }
  return matcher.matches();
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace mlops
