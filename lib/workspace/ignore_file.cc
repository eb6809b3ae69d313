#include "workspace/ignore_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

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
  const auto changed = ignore_paths(workspace, {std::string(relative)});
  return changed.empty() ? std::string() : changed.front();
}

std::vector<std::string> ignore_paths(Workspace& workspace,
                                      const std::vector<std::string>& relatives) {
  std::map<std::string, std::string> texts;
  std::vector<std::string> named;
  for (const std::string& relative : relatives) {
    const std::string file = ignore_file_of(relative);
    const auto [text, is_new] = texts.try_emplace(file);
    if (is_new) {
      text->second = read_text(workspace.tree(), file, kMaxIgnoreBytes).value_or("");
    }
    if (has_ignore_line(text->second, ignore_pattern(leaf_of(relative)))) {
      named.push_back(relative);
    }
  }
  // A later line may take it back: then ours must come after that.
  const auto ignored = workspace.repository().list_ignored(named);
  const std::set<std::string_view> done(ignored.begin(), ignored.end());
  std::set<std::string> changed;
  for (const std::string& relative : relatives) {
    if (done.contains(relative)) {
      continue;
    }
    std::string& text = texts.at(ignore_file_of(relative));
    if (!text.empty() && !text.ends_with('\n')) {
      text += '\n';
    }
    text += ignore_pattern(leaf_of(relative)) + '\n';
    changed.insert(ignore_file_of(relative));
  }
  for (const std::string& file : changed) {
    write_text(workspace.tree(), file, texts.at(file));
  }
  return {changed.begin(), changed.end()};
}

std::vector<std::string> find_unignored(Workspace& workspace,
                                        const std::vector<std::string>& relatives) {
  std::map<std::string, std::string> texts;
  std::vector<std::string> without_line;
  for (const std::string& relative : relatives) {
    const auto [text, is_new] = texts.try_emplace(ignore_file_of(relative));
    if (is_new) {
      text->second = read_text(workspace.tree(), text->first, kMaxIgnoreBytes).value_or("");
    }
    if (!has_ignore_line(text->second, ignore_pattern(leaf_of(relative)))) {
      without_line.push_back(relative);
    }
  }
  if (!without_line.empty()) {
    const auto ignored = workspace.repository().list_ignored(without_line);
    const std::set<std::string_view> hidden(ignored.begin(), ignored.end());
    std::erase_if(without_line,
                  [&](const std::string& relative) { return hidden.contains(relative); });
  }
  return without_line;
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
