#include "ui/table.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::display_width;
using mlops::split;
using mlops::ui::ColorMode;
using mlops::ui::Style;
using mlops::ui::Terminal;
using mlops::ui::TextTable;

namespace {

constexpr const char* kWide = "データ/訓練.csv";        // each letter two columns
constexpr const char* kCombining = "cafe\u0301/x.csv";  // an accent of no width

TextTable sample(const std::string& path) {
  TextTable table({{"state"}, {"path"}, {"files", TextTable::Align::right}});
  table.add({"modified", path, "12"});
  table.add({"ok", "a", "1,234"});
  return table;
}

std::string render(const TextTable& table, const std::string& columns) {
  return table.render(Terminal(ColorMode::never, {"", "", "", columns}));
}

}  // namespace

TEST_CASE("off a terminal: tabs, whole values, no heading", "[table]") {
  const std::string path(300, 'x');
  CHECK(render(sample(path), "") == "modified\t" + path + "\t12\nok\ta\t1,234\n");
}

TEST_CASE("columns line up", "[table]") {
  CHECK(render(sample("data"), "80") ==
        "state     path  files\n"
        "modified  data     12\n"
        "ok        a     1,234\n");
}

TEST_CASE("wide and combining characters count as they are shown", "[table]") {
  const std::string path = GENERATE(as<std::string>{}, kWide, kCombining);
  const std::string text = render(sample(path), "80");
  const auto lines = split(text, '\n');
  REQUIRE(lines.size() == 4);
  CHECK(display_width(lines[0]) == display_width(lines[1]));
  CHECK(display_width(lines[1]) == display_width(lines[2]));
}

TEST_CASE("the widest column is cut to fit, its start and end kept", "[table]") {
  const std::string width = GENERATE(as<std::string>{}, "80", "200");
  std::string path = "start/";
  for (int i = 0; i < 100; ++i) {
    path += kWide;
  }
  path += "/end.csv";
  const std::string text = render(sample(path), width);
  for (const std::string_view line : split(text, '\n')) {
    CHECK(display_width(line) <= std::stoul(width));
    CHECK(mlops::is_utf8(line));
  }
  CHECK(text.find("start/") != std::string::npos);
  CHECK(text.find("…") != std::string::npos);
  CHECK(text.find("/end.csv") != std::string::npos);
}

TEST_CASE("a column of prose folds at words before the widest is cut", "[table]") {
  TextTable table(
      {{"what"}, {"found"}, {"for", TextTable::Align::left, TextTable::Yields::by_folding}});
  table.add({"x", std::string(30, 'f'), "container environments, without a daemon"});
  const std::string text = render(table, "60");
  const std::string below(38, ' ');
  CHECK(text.find("  container\n" + below + "environments,\n" + below + "without a daemon\n") !=
        std::string::npos);
  const std::string narrow = render(table, "40");
  CHECK(narrow.find("fff…fff") != std::string::npos);
  CHECK(narrow.find("environments,\n") != std::string::npos);
  for (const std::string_view line : split(narrow, '\n')) {
    CHECK(display_width(line) <= 40);
  }
}

TEST_CASE("a row whose last cell is empty ends at its last word", "[table]") {
  TextTable table({{"a"}, {"b"}});
  table.add({"one", ""});
  table.add({"two", "words"});
  CHECK(render(table, "80") == "a    b\none\ntwo  words\n");
}

TEST_CASE("cells cannot move the cursor or break the line", "[table][case-18]") {
  const std::string hostile = "a\x1b]0;x\x07\nb\tc\u202e";
  for (const std::string columns : {"", "80"}) {
    const std::string text = render(sample(hostile), columns);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\x07') == std::string::npos);
    CHECK(text.find("\u202e") == std::string::npos);
    CHECK(split(text, '\n').size() == (columns.empty() ? 3U : 4U));
  }
}

TEST_CASE("a style colours the first cell only", "[table]") {
  TextTable table({{"state"}, {"path"}});
  table.add({"bad", "x"}, Style::red);
  const Terminal terminal(ColorMode::always, {"", "", "", "80"});
  CHECK(table.render(terminal).find("\x1b[31mbad\x1b[0m    x\n") != std::string::npos);
}

TEST_CASE("the rows below a heading are indented, and the heading is cut at its end", "[table]") {
  TextTable table({{"path"}, {"files", TextTable::Align::right}});
  table.add_heading("a sentence that is longer than the line", Style::plain);
  table.add({"data", "12"});
  CHECK(render(table, "24") ==
        "  path  files\n"
        "a sentence that is long…\n"
        "  data     12\n");
}

TEST_CASE("where one column is not enough, others are cut too", "[table]") {
  TextTable table({{"one"}, {"two"}, {"three"}});
  table.add({std::string(30, 'x'), std::string(28, 'y'), std::string(29, 'z')});
  const std::string text = render(table, "40");
  for (const std::string_view line : split(text, '\n')) {
    CHECK(display_width(line) <= 40);
  }
}
