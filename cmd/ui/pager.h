#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/terminal.h"

namespace mlops::ui {

/// A program in the foreground of our terminal.
struct ForegroundSpec {
  std::vector<std::string> argv;         ///< argv[0] is an absolute path
  std::vector<std::string> environment;  ///< the whole of it
  std::string input;                     ///< its stdin where `feed` is yes
  enum class Feed { no, yes } feed = Feed::no;
};
/// Waits for it; its exit code, or -1 when it could not be started.
int run_in_foreground(const ForegroundSpec& spec);

struct PagerSettings {
  std::string command;  ///< MLOPS_PAGER or PAGER: words, no shell; empty: less
  std::string search_path;
  std::vector<std::string> environment;
  enum class Use { no, yes } use = Use::yes;
};
/// Shows text through the pager when stdout is a terminal, plainly otherwise.
void show_text(Terminal& terminal, std::string_view text, const PagerSettings& settings);

}  // namespace mlops::ui
