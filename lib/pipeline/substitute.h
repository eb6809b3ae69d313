#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::pipeline {

/// `${name}` in the texts of a pipeline file. `$${` stands for `${`; a '$' before anything else is
/// kept. Values are never looked at again, so a value with "${…}" in it stays as it is.

/// The text of a name ("params.train.lr", "outs.model"); nothing when it is not defined.
/// May throw Error{config} for a value that is no scalar.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// For arguments, paths and variables: the bare text. Error{config} for undefined names and an
/// unclosed `${`, without a position (the caller adds it).
std::string substitute(std::string_view text, const Lookup& lookup);

/// For a shell script: each value becomes one word, whatever is in it. Where a value that needs
/// quoting stands inside quotes, backquotes or a here-document, no quoting is safe: Error{config}.
std::string substitute_script(std::string_view script, const Lookup& lookup);

}  // namespace mlops::pipeline
