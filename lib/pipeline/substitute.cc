#include "pipeline/substitute.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::pipeline {

namespace {

/// Follows a script as far as is needed to know whether a place is outside all quoting. Where it
/// cannot be sure (here-documents), it stays on the refusing side to the end of the script.
class ShellState {
 public:
  void feed(std::string_view text) {
    for (const char c : text) {
      step(c);
    }
  }
  bool is_plain() const {
    return state_ == State::plain && !in_backquotes_ && !seen_here_document_ && !escaped_;
  }

 private:
  enum class State { plain, single_quotes, double_quotes, comment };

  void step(char c) {
    const char before = previous_;
    previous_ = c;
    if (escaped_) {
      escaped_ = false;
      return;
    }
    switch (state_) {
      case State::comment:
        state_ = c == '\n' ? State::plain : State::comment;
        return;
      case State::single_quotes:
        state_ = c == '\'' ? State::plain : State::single_quotes;
        return;
      case State::double_quotes:
        escaped_ = c == '\\';
        state_ = c == '"' ? State::plain : State::double_quotes;
        return;
      case State::plain:
        step_plain(c, before);
    }
  }

  void step_plain(char c, char before) {
    switch (c) {
      case '\\':
        escaped_ = true;
        break;
      case '\'':
        state_ = State::single_quotes;
        break;
      case '"':
        state_ = State::double_quotes;
        break;
      case '`':
        in_backquotes_ = !in_backquotes_;
        break;
      case '#':
        if (std::string_view("\0 \t\n;&|(", 8).find(before) != std::string_view::npos) {
          state_ = State::comment;
        }
        break;
      case '<':
        seen_here_document_ = seen_here_document_ || before == '<';
        break;
      default:
        break;
    }
  }

  State state_ = State::plain;
  char previous_ = '\0';
  bool escaped_ = false;
  bool in_backquotes_ = false;
  bool seen_here_document_ = false;
};

std::string value_of(std::string_view name, const Lookup& lookup) {
  auto value = lookup(name);
  if (!value) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not defined", quote(fmt::format("${{{}}}", name))),
                fmt::format("for a literal one write '$${{{}}}'", name));
  }
  if (value->find('\0') != std::string::npos) {
    throw Error(ErrorKind::config,
                fmt::format("the value of {} contains a NUL character", quote(name)));
  }
  return *value;
}

/// Calls `literal` for text between values and `value` for names, in order.
void scan(std::string_view text,
          const std::function<void(std::string_view)>& literal,
          const std::function<void(std::string_view)>& value) {
  while (!text.empty()) {
    const auto at = text.find("${");
    if (at == std::string_view::npos) {
      literal(text);
      return;
    }
    if (at > 0 && text[at - 1] == '$') {
      literal(text.substr(0, at - 1));
      literal("${");
      text.remove_prefix(at + 2);
      continue;
    }
    literal(text.substr(0, at));
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) {
      throw Error(ErrorKind::config,
                  fmt::format("{} is not closed", quote(text.substr(at, 40))),
                  "write '$${' for a literal one");
    }
    value(text.substr(at + 2, end - at - 2));
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string substitute(std::string_view text, const Lookup& lookup) {
  std::string result;
  scan(
      text,
      [&](std::string_view literal) { result += literal; },
      [&](std::string_view name) { result += value_of(name, lookup); });
  return result;
}

std::string substitute_script(std::string_view script, const Lookup& lookup) {
  std::string result;
  ShellState shell;
  scan(
      script,
      [&](std::string_view literal) {
        shell.feed(literal);
        result += literal;
      },
      [&](std::string_view name) {
        const auto value = value_of(name, lookup);
        const auto quoted = shell_quote(value);
        if (quoted != value && !shell.is_plain()) {
          throw Error(
              ErrorKind::config,
              fmt::format("the value of {} needs quotes, and stands inside quotes, backquotes or "
                          "a here-document already",
                          quote(fmt::format("${{{}}}", name))),
              "write it outside of them: mlops quotes values itself; or use an array as cmd");
        }
        result += quoted;
      });
  return result;
}

}  // namespace mlops::pipeline
