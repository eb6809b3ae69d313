#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/verdict.h"

namespace mlops::report {

/// For element content and quoted attributes. What is no UTF-8, and control characters, become
/// visible escapes; a text beyond `longest` columns is cut, so that no cell can swell the page.
std::string escape_html(std::string_view text, std::size_t longest = 200);

/// The same for limits and changes, with the signs of print: "drop <= 0.02" shows a real ≤, "->" an
/// arrow.
std::string typeset_html(std::string_view text, std::size_t longest = 200);

/// The verdict as a coloured word: colour never speaks alone.
std::string pill(policy::Verdict verdict);

/// A cell of a number that tells its column on a narrow screen, where the heading is gone.
std::string html_number_cell(std::string_view column,
                             const std::string& html,
                             std::string_view style = "");

/// The style sheet: light and dark, inline in the page.
std::string_view page_style();
/// Sorts the tables that have the class "sortable" when a heading is clicked; the page is complete
/// without it.
std::string_view page_script();

}  // namespace mlops::report
