#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "app/command.h"
#include "app/parse.h"
#include "base/error.h"

namespace {

using Words = std::vector<std::string>;

/// The simple commands of a shell line: split at operators outside of quotes, quotes taken off.
/// A redirection ends its command.
std::vector<Words> split_line(std::string_view line) {
  std::vector<Words> commands(1);
  std::string word;
  bool has_word = false;
  char quote = 0;
  const auto end_word = [&] {
    if (has_word) {
      commands.back().push_back(word);
    }
    word.clear();
    has_word = false;
  };
  for (const char c : line) {
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
      word += quote == 0 ? std::string() : std::string(1, c);
    } else if (c == '\'' || c == '"') {
      quote = c;
      has_word = true;
    } else if (c == ' ') {
      end_word();
    } else if (std::string_view(";|&><()").find(c) != std::string_view::npos) {
      end_word();
      commands.emplace_back();
    } else if (c == '#' && !has_word) {
      break;
    } else {
      word += c;
      has_word = true;
    }
  }
  end_word();
  return commands;
}

/// Parses each `mlops …` of the line; returns how many there were.
std::size_t check_line(std::string_view line) {
  std::size_t checked = 0;
  for (Words words : split_line(line)) {
    while (!words.empty() && words.front().find('=') != std::string::npos) {
      words.erase(words.begin());  // a variable for the command
    }
    if (words.empty() || words.front() != "mlops") {
      continue;
    }
    words.erase(words.begin());
    INFO(line);
    CHECK_NOTHROW(mlops::app::parse_command_line(words));
    ++checked;
  }
  return checked;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// What a reader sees of a line of roff that is an example.
std::string plain(std::string line) {
  for (const std::string_view macro : {".B ", ".RB ", ".BR ", ".I "}) {
    if (line.starts_with(macro)) {
      line.erase(0, macro.size());
    }
  }
  replace_all(line, "\\-", "-");
  replace_all(line, "\\(aq", "'");
  replace_all(line, "\\(dq", "\"");
  replace_all(line, "\\(rs", "\\");
  return line;
}

std::size_t check_page(const std::filesystem::path& page) {
  std::ifstream file(page);
  std::string line;
  bool is_example = false;
  bool is_verbatim = false;
  std::size_t checked = 0;
  while (std::getline(file, line)) {
    if (line.starts_with(".SH")) {
      is_example = line == ".SH EXAMPLES";
    } else if (line == ".nf" || line == ".fi") {
      is_verbatim = line == ".nf";
    } else if (is_example && is_verbatim) {
      checked += check_line(plain(line));
    }
  }
  return checked;
}

}  // namespace

TEST_CASE("every command in the examples of the manual can be typed", "[examples]") {
  std::size_t checked = 0;
  for (const auto& page : std::filesystem::directory_iterator(MLOPS_MAN_DIRECTORY)) {
    INFO(page.path());
    checked += check_page(page.path());
  }
  CHECK(checked > 30);
}

TEST_CASE("every example of the help screens can be typed", "[examples]") {
  for (const mlops::app::Command& command : mlops::app::commands()) {
    CHECK_FALSE(command.examples.empty());
    for (const mlops::app::Command::Example& example : command.examples) {
      INFO(example.line);
      const bool is_substitution = example.line.find("$(") != std::string::npos;
      CHECK((check_line(example.line) > 0 || is_substitution));
    }
  }
}

TEST_CASE("the test of the examples finds mistakes", "[examples]") {
  CHECK(split_line("A=1 mlops run 'a b' | jq > x; ls && mlops x # y") ==
        std::vector<Words>{
            {"A=1", "mlops", "run", "a b"}, {"jq"}, {"x"}, {"ls"}, {}, {"mlops", "x"}});
  CHECK(plain(R"(.B mlops run \-n \(aqx\(aq)") == "mlops run -n 'x'");
}
