#include "ui/fold.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace mlops::ui {
namespace {

constexpr std::string_view kGap = "  ";

/// Where the lines below this one begin.
std::size_t hang_of(std::string_view line, std::size_t width) {
  const std::size_t lead = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.find(kGap, lead);
  const std::size_t second = gap == std::string_view::npos ? gap : line.find_first_not_of(' ', gap);
  if (second != std::string_view::npos) {
    const std::size_t hang = display_width(line.substr(0, second));
    if (hang <= width / 2) {
      return hang;
    }
  }
  return lead + kGap.size();
}

std::string fold_line(std::string_view line, std::size_t width) {
  if (display_width(line) <= width) {
    return std::string(line);
  }
  const std::size_t hang = hang_of(line, width);
  const std::size_t lead = std::min(line.find_first_not_of(' '), line.size());
  std::string folded;
  std::string current(line.substr(0, lead));
  bool has_word = false;
  for (const std::string_view word : split(line.substr(lead), ' ')) {
    const std::string longer = current + (has_word ? " " : "") + std::string(word);
    if (has_word && !word.empty() && display_width(longer) > width) {
      folded += current.substr(0, current.find_last_not_of(' ') + 1) + "\n";
      current = std::string(hang, ' ') + std::string(word);
    } else {
      current = longer;
    }
    has_word = true;
  }
  return folded + current;
}

bool is_command(std::string_view line) {
  return line.starts_with("mlops ") || line.starts_with("git ") || line.starts_with("next: ") ||
         line.starts_with("hint: mlops ") || line.starts_with("hint: git ");
}

std::string fold_advice_line(std::string_view line, std::size_t width) {
  if (display_width(line) <= width || !is_command(line)) {
    return fold_line(line, width);
  }
  for (const std::string_view apart : {"   (", " (", "; "}) {
    const std::size_t at = line.find(apart);
    if (at != std::string_view::npos) {
      const std::size_t end = apart.back() == '(' ? at : at + 1;
      const std::size_t rest = apart.back() == '(' ? at + apart.size() - 1 : at + apart.size();
      return std::string(line.substr(0, end)) + "\n" +
             fold_line("      " + std::string(line.substr(rest)), width);
    }
  }
  return std::string(line);
}

}  // namespace

std::string fold(std::string_view text, std::size_t width) {
  if (width == 0) {
    return std::string(text);
  }
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    lines.push_back(fold_line(line, width));
  }
  return join(lines, "\n");
}

std::string fold_advice(std::string_view text, std::size_t width) {
  if (width == 0) {
    return std::string(text);
  }
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    lines.push_back(fold_advice_line(line, width));
  }
  return join(lines, "\n");
}

}  // namespace mlops::ui
