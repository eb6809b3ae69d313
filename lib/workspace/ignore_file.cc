#include "workspace/ignore_file.h"

#include <algorithm>

#include "base/text.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

bool has_ignore_line(std::string_view text, std::string_view pattern) {
  const auto lines = split(text, '\n');
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    // Git drops a CR before the line's end.
    return line == pattern || (line.ends_with('\r') && line.substr(0, line.size() - 1) == pattern);
  });
}

std::string ignore_file_of(std::string_view relative) {
  return join_path(parent_of(relative), ".gitignore");
}

std::string ignore_pattern(std::string_view name) {
  std::string pattern = "/";
  const std::size_t text_end = name.find_last_not_of(' ');
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '\n' || c == '\r') {
      pattern += '?';  // a line cannot hold them
      continue;
    }
    const bool is_trailing_space = c == ' ' && (text_end == std::string_view::npos || i > text_end);
    if (is_trailing_space || c == '\\' || c == '*' || c == '?' || c == '[') {
      pattern += '\\';
    }
    pattern += c;
  }
  return pattern;
}

std::string ignore_path(Workspace& workspace, std::string_view relative) {
  std::string file = ignore_file_of(relative);
  const std::string pattern = ignore_pattern(leaf_of(relative));
  std::string text = read_text(workspace.tree(), file, kMaxIgnoreBytes).value_or("");
  // A later line may take it back: then ours must come after that.
  if (has_ignore_line(text, pattern) && workspace.repository().is_ignored(relative)) {
    return {};
  }
  if (!text.empty() && !text.ends_with('\n')) {
    text += '\n';
  }
  text += pattern + '\n';
  write_text(workspace.tree(), file, text);
  return file;
}

std::string unignore_path(Workspace& workspace, std::string_view relative) {
  std::string file = ignore_file_of(relative);
  const std::string pattern = ignore_pattern(leaf_of(relative));
  const auto text = read_text(workspace.tree(), file, kMaxIgnoreBytes);
  if (!text || !has_ignore_line(*text, pattern)) {
    return {};
  }
  std::string rest;
  const auto lines = split(*text, '\n');
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!has_ignore_line(lines[i], pattern)) {
      rest.append(lines[i]).append(i + 1 < lines.size() ? "\n" : "");
    }
  }
  if (rest.empty()) {
    workspace.tree().remove_file(file);
    workspace.tree().sync_directory(parent_of(file));
  } else {
    write_text(workspace.tree(), file, rest);
  }
  return file;
}

}  // namespace mlops::workspace
