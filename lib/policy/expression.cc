#include "policy/expression.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/suggest.h"
#include "base/text.h"
#include "policy/metric_name.h"

namespace mlops::policy {
namespace {

constexpr std::size_t kLongest = 1000;
constexpr int kDeepest = 50;
constexpr std::string_view kColumns = "columns are o.NAME (old) and n.NAME (new)";
constexpr std::string_view kExample = "such as mean(abs(n.score - o.score))";

using Kind = ExpressionNode::Kind;
struct Function {
  std::string_view name;
  Kind kind;
  std::size_t arguments;
};
constexpr std::array kFunctions{
    Function{"mean", Kind::aggregate, 1},
    Function{"sum", Kind::aggregate, 1},
    Function{"min", Kind::aggregate, 1},
    Function{"max", Kind::aggregate, 1},
    Function{"median", Kind::aggregate, 1},
    Function{"count", Kind::aggregate, 1},
    Function{"stddev", Kind::aggregate, 1},
    Function{"quantile", Kind::aggregate, 2},
    Function{"abs", Kind::scalar, 1},
    Function{"sqrt", Kind::scalar, 1},
    Function{"exp", Kind::scalar, 1},
    Function{"ln", Kind::scalar, 1},
    Function{"floor", Kind::scalar, 1},
    Function{"ceil", Kind::scalar, 1},
    Function{"round", Kind::scalar, 1},
    Function{"least", Kind::scalar, 2},
    Function{"greatest", Kind::scalar, 2},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Recursive descent; every function says whether it read what it is named after, and the first one
/// that did not leaves the reason in `problem_`.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text), length_(text.size()) {}

  std::optional<ExpressionProblem> run() {
    const bool whole = read_expression() && (at_end() || fail_here());
    if (whole && !has_aggregate_) {
      fail("there is no aggregate over the rows", std::string(kExample));
    }
    return problem_;
  }
  /// After a `run` without a problem.
  ExpressionNode take_tree() { return take_part(); }

 private:
  struct Operator {
    std::string_view sign;
    Kind kind;
  };
  using Operators = std::array<Operator, 2>;

  bool read_expression();
  bool read_sum() {
    return read_chain(&Parser::read_product,
                      {Operator{"+", Kind::add}, Operator{"-", Kind::subtract}});
  }
  bool read_product() {
    return read_chain(&Parser::read_factor,
                      {Operator{"*", Kind::multiply}, Operator{"/", Kind::divide}});
  }
  bool read_chain(bool (Parser::*part)(), const Operators& operators);
  bool read_factor();
  bool read_number();
  bool read_word();
  bool read_column(std::string_view side);
  bool read_call(std::string_view name);
  bool read_arguments(const Function& function);

  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size()));
  }
  bool at_end() {
    skip_spaces();
    return rest_.empty();
  }
  bool take(std::string_view token) {
    skip_spaces();
    const bool there = rest_.starts_with(token);
    rest_.remove_prefix(there ? token.size() : 0);
    return there;
  }
  /// The longest prefix whose characters all hold.
  std::string_view take_while(bool (*holds)(char)) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), holds);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  /// The part that was read last.
  ExpressionNode take_part() {
    ExpressionNode part = std::move(parts_.back());
    parts_.pop_back();
    return part;
  }
  /// Makes one part of the last ones.
  void combine(Kind kind, std::size_t count, std::string_view name = {}) {
    ExpressionNode whole{kind, 0, std::string(name), {}};
    const auto first = parts_.end() - static_cast<std::ptrdiff_t>(count);
    whole.parts.assign(std::move_iterator(first), std::move_iterator(parts_.end()));
    parts_.erase(first, parts_.end());
    parts_.push_back(std::move(whole));
  }
  bool fail(std::string what, std::string hint) {
    if (!problem_) {
      problem_ = ExpressionProblem{std::move(what), std::move(hint)};
    }
    return false;
  }
  bool fail_here() {
    return at_end() ? fail("it ends too early", std::string(kExample))
                    : fail(fmt::format("{} at character {} fits nowhere",
                                       quote(rest_.substr(0, 1)),
                                       length_ - rest_.size() + 1),
                           std::string(kExample));
  }

  std::string_view rest_;
  std::size_t length_;
  int depth_ = 0;
  bool inside_aggregate_ = false;
  bool has_aggregate_ = false;
  std::vector<ExpressionNode> parts_;  ///< that were read and belong to nothing yet
  std::optional<ExpressionProblem> problem_;
};

bool Parser::read_expression() {
  if (++depth_ > kDeepest) {
    return fail("it is nested too deeply", std::string(kExample));
  }
  bool read = read_sum();
  for (const auto& [sign, kind] : {Operator{"<=", Kind::at_most},
                                   Operator{">=", Kind::at_least},
                                   Operator{"!=", Kind::not_equal},
                                   Operator{"<", Kind::less},
                                   Operator{">", Kind::more},
                                   Operator{"=", Kind::equal}}) {
    if (read && take(sign)) {
      read = read_sum();
      if (read) {
        combine(kind, 2);
      }
      break;
    }
  }
  --depth_;
  return read;
}

bool Parser::read_chain(bool (Parser::*part)(), const Operators& operators) {
  if (!(this->*part)()) {
    return false;
  }
  for (;;) {
    const auto* const met = std::find_if(
        operators.begin(), operators.end(), [this](auto& one) { return take(one.sign); });
    if (met == operators.end()) {
      return true;
    }
    if (!(this->*part)()) {
      return false;
    }
    combine(met->kind, 2);
  }
}

bool Parser::read_factor() {
  const bool is_negative = take("-");
  bool read = false;
  if (take("(")) {
    read = read_expression() && (take(")") || fail_here());
  } else {
    skip_spaces();
    const char first = rest_.empty() ? '\0' : rest_.front();
    read = is_digit(first) || first == '.' ? read_number()
           : starts_word(first)            ? read_word()
                                           : fail_here();
  }
  if (read && is_negative) {
    combine(Kind::negate, 1);
  }
  return read;
}

/// 12, 0.5, .5, 1e-3.
bool Parser::read_number() {
  const char* const begin = rest_.data();
  const std::size_t whole = take_while(is_digit).size();
  const std::size_t part = rest_.starts_with('.') && take(".") ? take_while(is_digit).size() : 0;
  if (whole + part == 0) {
    return fail_here();
  }
  if (rest_.starts_with('e') || rest_.starts_with('E')) {
    rest_.remove_prefix(1);
    const bool sign = rest_.starts_with('-') || rest_.starts_with('+');
    rest_.remove_prefix(sign ? 1 : 0);
    if (take_while(is_digit).empty()) {
      return fail_here();
    }
  }
  double number = 0;
  if (std::from_chars(begin, rest_.data(), number).ec != std::errc{}) {
    return fail("a number is too large or too small", {});
  }
  parts_.push_back({Kind::number, number, {}, {}});
  return true;
}

bool Parser::read_word() {
  const std::string_view word = take_while([](char c) { return starts_word(c) || is_digit(c); });
  if (take("(")) {
    return read_call(word);
  }
  if ((word == "o" || word == "n") && take(".")) {
    return read_column(word);
  }
  return fail(fmt::format("{} is no column", quote(word)), std::string(kColumns));
}

bool Parser::read_column(std::string_view side) {
  const std::string_view name = take_while([](char c) { return starts_word(c) || is_digit(c); });
  if (name.empty()) {
    return fail_here();
  }
  parts_.push_back({side == "o" ? Kind::old_column : Kind::new_column, 0, std::string(name), {}});
  return inside_aggregate_ || fail(fmt::format("{}.{} stands in no aggregate", side, name),
                                   fmt::format("such as mean({}.{})", side, name));
}

bool Parser::read_call(std::string_view name) {
  const auto* const function = std::find_if(
      kFunctions.begin(), kFunctions.end(), [&](const auto& known) { return known.name == name; });
  if (function == kFunctions.end()) {
    std::vector<std::string> names = metric_names();
    for (const Function& known : kFunctions) {
      names.emplace_back(known.name);
    }
    return fail(fmt::format("there is no function {}", quote(name)), did_you_mean(name, names));
  }
  if (function->kind == Kind::scalar) {
    return read_arguments(*function);
  }
  if (inside_aggregate_) {
    return fail(fmt::format("{} stands in another aggregate", quote(name)), std::string(kExample));
  }
  has_aggregate_ = true;
  inside_aggregate_ = true;
  const bool read = read_arguments(*function);
  inside_aggregate_ = false;
  return read;
}

bool Parser::read_arguments(const Function& function) {
  std::size_t arguments = 0;
  do {
    if (!read_expression()) {
      return false;
    }
    ++arguments;
  } while (take(","));
  if (!take(")")) {
    return fail_here();
  }
  if (arguments != function.arguments) {
    return fail(fmt::format("{} takes {}, not {}",
                            quote(function.name),
                            function.arguments == 1 ? "one argument" : "two arguments",
                            arguments),
                {});
  }
  const ExpressionNode& last = parts_.back();
  if (function.name == "quantile" && (last.kind != Kind::number || last.number > 1)) {
    return fail("'quantile' takes a number from 0 to 1 at its end", "such as quantile(n.x, 0.99)");
  }
  combine(function.kind, arguments, function.name);
  return true;
}

std::optional<ExpressionProblem> problem_before_parsing(std::string_view text) {
  if (text.size() > kLongest) {
    return ExpressionProblem{fmt::format("it is longer than {} bytes", kLongest), {}};
  }
  if (text.find("--") != std::string_view::npos) {
    return ExpressionProblem{"'--' would begin a comment", "write - -x for a double minus"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ExpressionProblem> check_expression(std::string_view text) {
  const auto problem = problem_before_parsing(text);
  return problem ? problem : Parser(text).run();
}

std::optional<ExpressionNode> parse_expression(std::string_view text) {
  Parser parser(text);
  if (problem_before_parsing(text) || parser.run()) {
    return std::nullopt;
  }
  return parser.take_tree();
}

}  // namespace mlops::policy
