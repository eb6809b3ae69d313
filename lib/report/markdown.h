#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/verdict.h"

namespace mlops::report {

/// A text of others as code, where neither "@name" nor "#12" becomes a link that calls somebody.
std::string markdown_code(std::string_view text);
/// A sentence of ours that quotes names of others.
std::string markdown_sentence(std::string_view text);
/// A row of a table; the cells are Markdown.
std::string markdown_row(const std::vector<std::string>& cells);
/// A failure stands out.
std::string markdown_verdict(policy::Verdict verdict);

/// A comment of at most 60,000 bytes, with room left for what was cut: GitHub takes 65,536
/// characters.
class MarkdownPage {
 public:
  /// False when there is no room: nothing of the block is there then.
  bool add(const std::string& block);
  /// Head, rows and foot of a table, as many rows as there is room for; counts the missing ones.
  void add_table(const std::string& head,
                 const std::vector<std::string>& rows,
                 const std::string& foot,
                 std::size_t& missing);
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace mlops::report
