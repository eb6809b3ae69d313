#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::policy {

/// The expressions that a rule's metric may be: a number made of aggregates over the paired rows,
/// such as "mean(abs(n.score - o.score))". The text never becomes SQL before it has passed this
/// grammar.
///
///     expression = sum [ ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) sum ]
///     sum        = product { ( "+" | "-" ) product }
///     product    = factor { ( "*" | "/" ) factor }
///     factor     = [ "-" ] ( number | column | function "(" expression { "," expression } ")"
///                  | "(" expression ")" )
///     column     = ( "o" | "n" ) "." name          old and new; name = letters, digits, "_"
///
/// Columns stand inside an aggregate, aggregates inside no other one, and there is at least one.
/// mlops-safeguards(5) lists the functions.

/// An expression, or a part of it, as a tree.
struct ExpressionNode {
  enum class Kind {
    number,
    old_column,
    new_column,
    negate,
    add,
    subtract,
    multiply,
    divide,
    less,
    at_most,
    more,
    at_least,
    equal,
    not_equal,
    aggregate,
    scalar
  };
  Kind kind = Kind::number;
  double number = 0;
  std::string name;  ///< of a column or a function
  std::vector<ExpressionNode> parts;
};

/// Why a text is no expression, and what may have been meant.
struct ExpressionProblem {
  std::string what;
  std::string hint;
};
/// Nothing when `text` is an expression.
std::optional<ExpressionProblem> check_expression(std::string_view text);
/// Its tree; nothing where it is none.
std::optional<ExpressionNode> parse_expression(std::string_view text);

}  // namespace mlops::policy
