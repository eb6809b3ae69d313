#pragma once

#include <string>

#include "diff/result.h"

namespace mlops::report {

/// How text is laid out. Width 0: no limit (not a terminal).
struct TextStyle {
  std::size_t width = 0;
  enum class Color { no, yes } color = Color::no;
};

/// The table of a diff: verdict line, rules, flips, worst rows. Escaped for terminals, ends in
/// '\n'.
std::string diff_as_text(const diff::Report& report, const TextStyle& style);
/// Stable JSON (schema_version 1); NaN and infinities as strings; byte-identical on a rerun.
std::string diff_as_json(const diff::Report& report);
/// One file: inline CSS and SVG, no script from elsewhere, no network, light and dark, at most 2
/// MB.
std::string diff_as_html(const diff::Report& report);

}  // namespace mlops::report
