#include "ui/terminal.h"

#include <string>

#include <catch2/catch.hpp>

#include "unit/ui/pty.h"

using mlops::ui::ColorMode;
using mlops::ui::Style;
using mlops::ui::Terminal;
using mlops::ui::TerminalEnvironment;
using mlops::ui::test::on_pipe;
using mlops::ui::test::on_terminal;

namespace {

struct Case {
  ColorMode mode;
  const char* no_color;
  const char* force;
  const char* term;
  bool off_terminal;
  bool on_terminal;
};

void print_painted(const Case& row) {
  Terminal terminal(row.mode, {row.no_color, row.force, row.term, ""});
  terminal.out(terminal.paint_out(Style::red, "x"));
}

}  // namespace

TEST_CASE("colour: flag, NO_COLOR, forcing, then the stream", "[terminal]") {
  const Case row = GENERATE(values<Case>({
      {ColorMode::automatic, "", "", "xterm", false, true},
      {ColorMode::automatic, "", "", "dumb", false, false},
      {ColorMode::automatic, "", "", "", false, false},
      {ColorMode::automatic, "0", "", "xterm", false, false},
      {ColorMode::automatic, "1", "1", "xterm", false, false},
      {ColorMode::automatic, "", "1", "xterm", true, true},
      {ColorMode::automatic, "", "1", "dumb", true, true},
      {ColorMode::automatic, "", "0", "xterm", false, true},
      {ColorMode::always, "1", "", "dumb", true, true},
      {ColorMode::never, "", "1", "xterm", false, false},
  }));
  const std::string colored = "\x1b[31mx\x1b[0m";
  CHECK(on_pipe([&] { print_painted(row); }) == (row.off_terminal ? colored : "x"));
  CHECK(on_terminal(80, [&] { print_painted(row); }) == (row.on_terminal ? colored : "x"));
}

TEST_CASE("width: COLUMNS, then the terminal, then no limit", "[terminal]") {
  const auto width = [](std::string columns) {
    return [columns] {
      Terminal terminal(ColorMode::never, {"", "", "xterm", columns});
      terminal.out(std::to_string(terminal.width()) + " " + std::to_string(terminal.err_width()));
    };
  };
  CHECK(on_terminal(200, width("")) == "200 200");
  CHECK(on_terminal(200, width("100")) == "100 100");
  CHECK(on_terminal(200, width("wide")) == "200 200");
  CHECK(on_terminal(200, width("-5")) == "200 200");
  CHECK(on_terminal(5, width("")) == "80 80");
  CHECK(on_pipe(width("")) == "0 0");
  CHECK(on_pipe(width("80")) == "80 80");
}

TEST_CASE("a message erases the progress line first", "[terminal]") {
  const std::string text = on_terminal(80, [] {
    Terminal terminal(ColorMode::never, {});
    terminal.show_progress("half done");
    terminal.err("note");
    terminal.show_progress("");
  });
  CHECK(text == "\r\x1b[Khalf done\r\x1b[Knote");
}

TEST_CASE("plain style and empty text carry no sequence", "[terminal]") {
  const Terminal terminal(ColorMode::always, TerminalEnvironment{});
  CHECK(terminal.paint_out(Style::plain, "x") == "x");
  CHECK(terminal.paint_err(Style::red, "").empty());
}
