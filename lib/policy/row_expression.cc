#include "policy/row_expression.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/suggest.h"
#include "base/text.h"

namespace mlops::policy {
namespace {

constexpr std::size_t kLongest = 1000;
constexpr int kDeepest = 50;

constexpr std::array<std::string_view, 67> kFunctions{"abs",
                                                      "age",
                                                      "cast",
                                                      "ceil",
                                                      "coalesce",
                                                      "concat",
                                                      "concat_ws",
                                                      "contains",
                                                      "cos",
                                                      "date_diff",
                                                      "date_part",
                                                      "date_trunc",
                                                      "datediff",
                                                      "day",
                                                      "dayofweek",
                                                      "dayofyear",
                                                      "decimal",
                                                      "ends_with",
                                                      "epoch",
                                                      "even",
                                                      "exp",
                                                      "extract",
                                                      "floor",
                                                      "greatest",
                                                      "hour",
                                                      "if",
                                                      "ifnull",
                                                      "isfinite",
                                                      "isinf",
                                                      "isnan",
                                                      "least",
                                                      "left",
                                                      "length",
                                                      "ln",
                                                      "log10",
                                                      "log2",
                                                      "lower",
                                                      "ltrim",
                                                      "make_date",
                                                      "minute",
                                                      "month",
                                                      "nullif",
                                                      "numeric",
                                                      "position",
                                                      "pow",
                                                      "power",
                                                      "quarter",
                                                      "regexp_full_match",
                                                      "regexp_matches",
                                                      "replace",
                                                      "right",
                                                      "round",
                                                      "rtrim",
                                                      "second",
                                                      "sign",
                                                      "sin",
                                                      "split_part",
                                                      "sqrt",
                                                      "starts_with",
                                                      "strlen",
                                                      "substr",
                                                      "substring",
                                                      "trim",
                                                      "trunc",
                                                      "try_cast",
                                                      "upper",
                                                      "year"};

/// Words that may stand before a bracket without being called.
constexpr std::array<std::string_view, 13> kBeforeBracket{"and",
                                                          "or",
                                                          "not",
                                                          "in",
                                                          "when",
                                                          "then",
                                                          "else",
                                                          "case",
                                                          "between",
                                                          "like",
                                                          "ilike",
                                                          "from",
                                                          "is"};

/// Words that begin a query, ask more rows than one, or ask the machine.
constexpr std::array<std::string_view, 40> kRefused{"select",
                                                    "with",
                                                    "values",
                                                    "table",
                                                    "pivot",
                                                    "unpivot",
                                                    "describe",
                                                    "show",
                                                    "summarize",
                                                    "exists",
                                                    "all",
                                                    "any",
                                                    "some",
                                                    "over",
                                                    "filter",
                                                    "within",
                                                    "lambda",
                                                    "rowid",
                                                    "union",
                                                    "except",
                                                    "intersect",
                                                    "attach",
                                                    "copy",
                                                    "install",
                                                    "load",
                                                    "pragma",
                                                    "set",
                                                    "call",
                                                    "execute",
                                                    "user",
                                                    "current_user",
                                                    "session_user",
                                                    "current_date",
                                                    "current_time",
                                                    "current_timestamp",
                                                    "localtime",
                                                    "localtimestamp",
                                                    "current_role",
                                                    "current_schema",
                                                    "current_catalog"};

struct Token {
  enum class Kind { word, quoted, text, number, sign, end } kind = Kind::end;
  std::string text;  ///< of a word in lower case; of a quoted name its content
  std::string raw;   ///< of a word as it is spelled
};

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  /// The next token, or why there is none.
  Token next();
  const std::string& problem() const { return problem_; }

 private:
  Token read_quoted(char quote, Token::Kind kind);
  Token read_word();
  Token read_number();
  Token read_sign();
  Token fail(std::string problem) {
    problem_ = std::move(problem);
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string problem_;
};

Token Lexer::next() {
  constexpr std::string_view kSpace = " \t\r\n";
  while (at_ < text_.size() && kSpace.find(text_[at_]) != std::string_view::npos) {
    ++at_;
  }
  if (at_ == text_.size()) {
    return {};
  }
  const char c = text_[at_];
  if (c == '\'') {
    return read_quoted(c, Token::Kind::text);
  }
  if (c == '"') {
    return read_quoted(c, Token::Kind::quoted);
  }
  if (starts_word(c)) {
    return read_word();
  }
  const bool is_fraction = c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
  return is_digit(c) || is_fraction ? read_number() : read_sign();
}

/// Two quotes stand for one.
Token Lexer::read_quoted(char quote, Token::Kind kind) {
  Token token{kind, {}, {}};
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] != quote) {
      token.text += text_[at_];
    } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
      token.text += text_[at_++];
    } else {
      ++at_;
      return token;
    }
  }
  return fail(fmt::format("a {} is not closed", quote));
}

Token Lexer::read_word() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && (starts_word(text_[at_]) || is_digit(text_[at_]))) {
    ++at_;
  }
  const std::string raw(text_.substr(begin, at_ - begin));
  // A letter before a quote makes another kind of text of it.
  if (at_ < text_.size() && text_[at_] == '\'' && raw.size() == 1) {
    return fail(fmt::format("{}'…' is no text of an expression", raw));
  }
  return {Token::Kind::word, to_lower_ascii(raw), raw};
}

Token Lexer::read_number() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) {
    ++at_;
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) {
      ++at_;
    }
    while (at_ < text_.size() && is_digit(text_[at_])) {
      ++at_;
    }
  }
  if (at_ < text_.size() && starts_word(text_[at_])) {
    return fail(fmt::format("{} is no number", quote(text_.substr(begin, at_ - begin + 1))));
  }
  return {Token::Kind::number, std::string(text_.substr(begin, at_ - begin)), {}};
}

Token Lexer::read_sign() {
  constexpr std::array<std::string_view, 18> kSigns{"<=",
                                                    ">=",
                                                    "<>",
                                                    "!=",
                                                    "==",
                                                    "||",
                                                    "::",
                                                    "+",
                                                    "-",
                                                    "*",
                                                    "/",
                                                    "%",
                                                    "<",
                                                    ">",
                                                    "=",
                                                    "(",
                                                    ")",
                                                    ","};
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("--") || rest.starts_with("/*")) {
    return fail("comments, and two minus signs in a row, are no part of an expression");
  }
  if (rest.starts_with("->")) {
    return fail("'->' has no meaning in an expression");
  }
  for (const std::string_view sign : kSigns) {
    if (rest.starts_with(sign)) {
      at_ += sign.size();
      return {Token::Kind::sign, std::string(sign), {}};
    }
  }
  return fail(fmt::format("{} has no meaning in an expression", quote(rest.substr(0, 1))));
}

/// One after the other, each with what stands before it.
class Checker {
 public:
  explicit Checker(std::string_view text) : lexer_(text) {}

  std::optional<ExpressionProblem> run() {
    Token token = lexer_.next();
    if (lexer_.problem().empty() && token.kind == Token::Kind::end) {
      return ExpressionProblem{"is empty", "such as age >= 18 or guardian is not null"};
    }
    while (token.kind != Token::Kind::end && !problem_) {
      Token next = lexer_.next();
      check(token, next);
      before_ = std::move(token);
      token = std::move(next);
    }
    if (!lexer_.problem().empty()) {
      return ExpressionProblem{lexer_.problem(), ""};
    }
    if (!problem_ && depth_ > 0) {
      fail("a '(' is not closed");
    }
    return problem_;
  }

 private:
  void check(const Token& token, const Token& next) {
    if (token.kind == Token::Kind::sign) {
      depth_ += token.text == "(" ? 1 : token.text == ")" ? -1 : 0;
      if (depth_ < 0 || depth_ > kDeepest) {
        fail(depth_ < 0 ? "a ')' closes nothing" : "has too many brackets in each other");
      }
      return;
    }
    if (token.kind == Token::Kind::word) {
      check_word(token, next);
    }
  }

  void check_word(const Token& token, const Token& next) {
    const bool is_called = next.kind == Token::Kind::sign && next.text == "(";
    // DuckDB lets a query begin with it; "extract(year from day)" does not.
    const bool begins_query = token.text == "from" && before_.kind != Token::Kind::word &&
                              before_.kind != Token::Kind::quoted;
    if (is_one_of(kRefused, token.text) || begins_query) {
      fail(fmt::format("{} is no part of a scalar expression over one row", quote(token.raw)),
           "a column of that name stands in double quotes");
    } else if (is_called && !is_one_of(kBeforeBracket, token.text) &&
               !is_one_of(kFunctions, token.text)) {
      const std::vector<std::string> names(kFunctions.begin(), kFunctions.end());
      const std::string meant = did_you_mean(token.text, names);
      fail(fmt::format("there is no function {} for an expression", quote(token.raw)),
           meant.empty() ? "man mlops-safeguards lists them" : meant);
    }
  }
  void fail(std::string what, std::string hint = {}) {
    if (!problem_) {
      problem_ = ExpressionProblem{std::move(what), std::move(hint)};
    }
  }

  Lexer lexer_;
  Token before_;
  int depth_ = 0;
  std::optional<ExpressionProblem> problem_;
};

}  // namespace

std::optional<ExpressionProblem> check_row_expression(std::string_view text) {
  if (text.size() > kLongest) {
    return ExpressionProblem{fmt::format("is longer than {} bytes", kLongest), ""};
  }
  return Checker(text).run();
}

std::vector<std::string> names_in_row_expression(std::string_view text) {
  std::vector<std::string> names;
  Lexer lexer(text);
  for (Token token = lexer.next(); token.kind != Token::Kind::end; token = lexer.next()) {
    if (token.kind == Token::Kind::word || token.kind == Token::Kind::quoted) {
      std::string name = to_lower_ascii(token.text);
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  }
  return names;
}

}  // namespace mlops::policy
