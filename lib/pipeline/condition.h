#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace mlops::pipeline {

/// `when` of a stage: "params.train.enabled", "params.rows > 100", "matrix.model == \"xgb\"".
/// Grammar: PATH [ (== | != | < | >) LITERAL ]; a literal is a number, true, false, a string in
/// double quotes, or a bare word.

/// Why the text is no condition; empty when it is one.
std::string condition_problem(std::string_view text);

/// `find` gives the value at a path, null pointer when there is none. Error{config}: an unknown
/// path, a path alone that is no boolean, < and > between other things than two numbers or strings.
bool evaluate_condition(std::string_view text,
                        const std::function<const nlohmann::json*(std::string_view)>& find);

}  // namespace mlops::pipeline
