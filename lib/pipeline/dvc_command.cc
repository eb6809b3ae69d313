#include "pipeline/dvc_command.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pipeline/toml_stage.h"

namespace mlops::pipeline {

namespace {

/// What a shell does by itself, or does not take for a program.
bool is_shell_word(std::string_view word) {
  constexpr std::array<std::string_view, 53> kWords{
      ".",      ":",       "[",        "alias",   "bg",    "break",    "builtin", "case",
      "cd",     "command", "continue", "declare", "do",    "done",     "echo",    "elif",
      "else",   "esac",    "eval",     "exec",    "exit",  "export",   "false",   "fg",
      "fi",     "for",     "function", "getopts", "hash",  "if",       "jobs",    "kill",
      "let",    "local",   "printf",   "pwd",     "read",  "readonly", "return",  "set",
      "shift",  "source",  "test",     "then",    "times", "trap",     "true",    "type",
      "ulimit", "umask",   "unalias",  "unset",   "wait"};
  return word == "while" || word == "until" || word == "time" || word == "coproc" ||
         word == "select" || std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

/// The words of a line that a shell would run as they are; nothing for any other line.
std::vector<DvcText> plain_words(const DvcText& line) {
  std::vector<DvcText> words;
  bool is_open = false;
  const auto word = [&]() -> DvcText& {
    if (!is_open) {
      words.emplace_back();
      is_open = true;
    }
    return words.back();
  };
  for (const auto& piece : line.pieces) {
    if (!piece.kept.empty()) {
      word().pieces.push_back(piece);
      continue;
    }
    for (const char c : piece.resolved) {
      if (c == ' ' || c == '\t') {
        is_open = false;
        continue;
      }
      auto& pieces = word().pieces;
      if (pieces.empty() || !pieces.back().kept.empty()) {
        pieces.emplace_back();
      }
      pieces.back().resolved += c;
    }
  }
  const auto is_plain = [](const DvcText& one) { return is_plain_word(one.resolved()); };
  if (words.empty() || !std::all_of(words.begin(), words.end(), is_plain)) {
    return {};
  }
  const std::string program = words.front().resolved();
  const bool is_assignment = program.find('=') != std::string::npos;
  return is_assignment || is_shell_word(program) ? std::vector<DvcText>{} : words;
}

/// All in one shell, as if each had its own: in parentheses, unless nothing of it could last.
std::string script_of(const std::vector<DvcText>& lines) {
  std::string script;
  const bool are_plain = std::none_of(
      lines.begin(), lines.end(), [](const DvcText& line) { return plain_words(line).empty(); });
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_last = i + 1 == lines.size();
    std::string line(trim(lines[i].ours()));
    if (lines.size() == 1) {
      return line;
    }
    if (are_plain) {
      script += line + (is_last ? "\n" : " &&\n");
    } else {
      script += "(\n" + line + "\n)" + (is_last ? "\n" : " || exit\n");
    }
  }
  return script;
}

}  // namespace

bool needs_shell(const std::vector<DvcText>& lines) {
  return lines.size() != 1 || plain_words(lines.front()).empty();
}

std::string dvc_command_as_toml(const std::vector<DvcText>& lines) {
  if (needs_shell(lines)) {
    return toml_text(script_of(lines));
  }
  std::vector<std::string> words;
  for (const DvcText& word : plain_words(lines.front())) {
    words.push_back(toml_text(word.ours()));
  }
  return "[" + join(words, ", ") + "]";
}

}  // namespace mlops::pipeline
