#include "report/markdown.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/layout.h"
#include "report/rules_table.h"

namespace mlops::report {
namespace {

constexpr std::size_t kMaxBytes = 60'000;
/// What always stands at the end: what was cut.
constexpr std::size_t kReserved = 400;
constexpr std::size_t kLongestText = 120;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// A text of others without anything that Markdown or HTML could take for its own: emphasis, a tag,
/// a cell's end, a link, such as the one that GitHub makes of "www.".
std::string escape_markdown(std::string_view text, std::size_t longest) {
  constexpr std::string_view kPlain = " ,=+-/()%";
  std::string escaped;
  char before = ' ';
  for (const char c : cut(escape_for_terminal(text), longest)) {
    const bool plain = is_letter_or_digit(c) || kPlain.find(c) != std::string_view::npos ||
                       (c == '_' && is_letter_or_digit(before)) || (c == '.' && before != 'w');
    escaped += plain ? std::string(1, c) : fmt::format("&#{};", static_cast<unsigned char>(c));
    before = c;
  }
  return escaped;
}

}  // namespace

std::string markdown_code(std::string_view text) {
  return "<code>" + escape_markdown(text, kLongestText) + "</code>";
}

std::string markdown_sentence(std::string_view text) {
  constexpr std::size_t kLongest = 600;
  constexpr std::string_view kLinks = "@#";
  std::string quoted;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find_first_of(kLinks), text.size());
    quoted += escape_markdown(text.substr(0, plain), kLongest);
    text.remove_prefix(plain);
    const std::size_t links = std::min(text.find_first_not_of(kLinks), text.size());
    if (links > 0) {
      quoted += markdown_code(text.substr(0, links));
    }
    text.remove_prefix(links);
  }
  return quoted;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  return "| " + join(cells, " | ") + " |\n";
}

std::string markdown_verdict(policy::Verdict verdict) {
  const std::string word = verdict_word(verdict);
  return verdict == policy::Verdict::fail ? "**" + word + "**" : word;
}

bool MarkdownPage::add(const std::string& block) {
  if (text_.size() + block.size() > kMaxBytes - kReserved) {
    return false;
  }
  text_ += block;
  return true;
}

void MarkdownPage::add_table(const std::string& head,
                             const std::vector<std::string>& rows,
                             const std::string& foot,
                             std::size_t& missing) {
  if (rows.empty()) {
    return;
  }
  if (text_.size() + head.size() + foot.size() + rows.front().size() > kMaxBytes - kReserved) {
    missing += rows.size();
    return;
  }
  text_ += head;
  for (const std::string& row : rows) {
    if (text_.size() + row.size() + foot.size() > kMaxBytes - kReserved) {
      ++missing;
    } else {
      text_ += row;
    }
  }
  text_ += foot;
}

}  // namespace mlops::report
