#include "report/banner.h"

#include <algorithm>

#include "base/text.h"
#include "report/layout.h"

namespace mlops::report {
namespace {

using policy::Verdict;

constexpr std::string_view kReset = "\x1b[0m";

std::string_view color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fail:
      return "\x1b[1;31m";
    case Verdict::warn:
    case Verdict::insufficient:
      return "\x1b[33m";
    case Verdict::pass:
      return "\x1b[32m";
    case Verdict::skipped:
      break;
  }
  return "\x1b[2m";
}

std::string banner_word(Verdict verdict) {
  std::string word(policy::to_string(verdict));
  std::transform(word.begin(), word.end(), word.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return word;
}

}  // namespace

std::string painted(std::string word, Verdict verdict, const TextStyle& style) {
  if (style.color == TextStyle::Color::no) {
    return word;
  }
  return std::string(color_of(verdict)) + word + std::string(kReset);
}

std::string banner(Verdict verdict,
                   const std::string& what,
                   const std::string& right,
                   const TextStyle& style) {
  constexpr std::size_t kUsualWidth = 104;
  constexpr std::string_view kApart = "   ";
  const std::string word = banner_word(verdict);
  const std::string text = word + "  " + escape_for_terminal(what);
  const std::size_t usual = style.width == 0 ? kUsualWidth : std::min(style.width, kUsualWidth);
  const std::size_t least = display_width(text) + kApart.size() + right.size();
  if (style.width == 0 || least <= style.width) {
    const std::size_t gap = kApart.size() + (usual > least ? usual - least : 0);
    return painted(word, verdict, style) + text.substr(word.size()) + std::string(gap, ' ') +
           right + '\n';
  }
  // Too narrow for one line: nothing may be lost.
  std::vector<std::string> lines = wrap(text, style.width);
  lines.front().replace(0, word.size(), painted(word, verdict, style));
  std::string all;
  for (const std::string& line : lines) {
    all += line + '\n';
  }
  for (const std::string& line : wrap("      " + right, style.width)) {
    all += line + '\n';
  }
  return all;
}

}  // namespace mlops::report
