#include "app/help.h"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "app/command.h"
#include "base/text.h"

using mlops::split;
using mlops::app::Command;
using mlops::app::commands;
using mlops::app::flag_text;
using mlops::app::help_screen;
using mlops::app::usage_line;

TEST_CASE("every command has one screen: summary, examples, usage, flags", "[help]") {
  for (const Command& command : commands()) {
    INFO(command.path);
    const std::string screen = help_screen(command.path);
    CHECK(screen.starts_with("mlops " + command.path + ": " + command.summary + "\n"));
    REQUIRE_FALSE(command.examples.empty());
    CHECK(screen.find(command.examples.front().line) < screen.find("usage: "));
    CHECK(screen.find("usage: " + usage_line(command)) != std::string::npos);
    for (const mlops::app::Flag& flag : command.flags) {
      CHECK(screen.find("  " + flag_text(flag) + " ") != std::string::npos);
    }
    const auto lines = split(screen, '\n');
    CHECK(lines.size() <= 45);
    CHECK(std::all_of(lines.begin(), lines.end(), [](std::string_view line) {
      return mlops::display_width(line) <= 100;
    }));
  }
}

TEST_CASE("help texts are of one style: lower case, no full stop", "[help]") {
  const auto is_styled = [](const std::string& text) {
    return !text.empty() && text.back() != '.' && (text[0] < 'A' || text[0] > 'Z' || text[1] < 'a');
  };
  for (const Command& command : commands()) {
    INFO(command.path);
    CHECK(is_styled(command.summary));
    for (const mlops::app::Flag& flag : command.flags) {
      INFO(flag.name);
      CHECK(is_styled(flag.help));
    }
  }
}

TEST_CASE("the overview lists every command", "[help]") {
  const std::string overview = help_screen("");
  for (const Command& command : commands()) {
    CHECK(overview.find("\n  " + command.path + " ") != std::string::npos);
  }
  CHECK(help_screen("data").find("data checkout") != std::string::npos);
  CHECK(help_screen("flags").find("--no-pager") != std::string::npos);
}

TEST_CASE("no screen is wider than its terminal", "[help]") {
  std::vector<std::string> topics{"", "flags", "data", "pipeline"};
  for (const Command& command : commands()) {
    topics.push_back(command.path);
  }
  for (const std::string& topic : topics) {
    for (const std::size_t width : {60U, 80U, 200U}) {
      INFO(topic << " at " << width);
      const std::string screen = help_screen(topic, width);
      for (const std::string_view line : split(screen, '\n')) {
        const bool is_example = line.find("mlops") != std::string_view::npos;
        CHECK((is_example || mlops::display_width(line) <= width));
      }
    }
  }
}
