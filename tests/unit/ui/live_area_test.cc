#include "ui/live_area.h"

#include <string>

#include <catch2/catch.hpp>

#include "ui/terminal.h"
#include "unit/ui/pty.h"

using mlops::ui::ColorMode;
using mlops::ui::LiveArea;
using mlops::ui::Terminal;
using mlops::ui::test::on_pipe;
using mlops::ui::test::on_terminal;

TEST_CASE("rows overwrite those of before; what is left of them goes", "[live_area]") {
  LiveArea area;
  CHECK(area.draw({}, 80).empty());
  CHECK(area.draw({{"one", 3}, {"two", 3}}, 80) == "one\x1b[K\ntwo\x1b[K\n");
  CHECK(area.draw({{"1", 1}}, 80) == "\r\x1b[2A1\x1b[K\n\x1b[J");
  CHECK(area.is_shown());
  CHECK(area.draw({}, 80) == "\r\x1b[1A\x1b[J");
  CHECK_FALSE(area.is_shown());
  CHECK(area.draw({}, 80).empty());
}

TEST_CASE("rows that a narrower terminal has broken count as what they became", "[live_area]") {
  LiveArea area;
  area.draw({{"wide", 79}, {"", 0}, {"x", 40}}, 80);
  CHECK(area.draw({}, 40) == "\r\x1b[4A\x1b[J");
  area.draw({{"wide", 79}}, 80);
  CHECK(area.draw({}, 200) == "\r\x1b[1A\x1b[J");
}

TEST_CASE("text is written above the area, in one piece with it", "[live_area][terminal]") {
  const std::string text = on_terminal(80, [] {
    Terminal terminal(ColorMode::never, {});
    terminal.show_area({{{"running"}}});
    terminal.out("done\n");
    terminal.err("warning\n");
    terminal.show_area({});
    terminal.out("sum\n");
  });
  CHECK(text ==
        "running\x1b[K\r\n"
        "\r\x1b[1A\x1b[Jdone\r\nrunning\x1b[K\r\n"
        "\r\x1b[1A\x1b[Jwarning\r\nrunning\x1b[K\r\n"
        "\r\x1b[1A\x1b[J"
        "sum\r\n");
}

TEST_CASE("a changed area appears with the next text", "[live_area][terminal]") {
  const std::string text = on_terminal(80, [] {
    Terminal terminal(ColorMode::never, {});
    terminal.show_area({{{"a"}}, {{"b"}}});
    terminal.change_area({{{"b"}}});
    terminal.out("a is done\n");
    terminal.change_area({});
    terminal.out("b is done\n");
    terminal.out("sum\n");
  });
  CHECK(text ==
        "a\x1b[K\r\nb\x1b[K\r\n"
        "\r\x1b[2A\x1b[J"
        "a is done\r\nb\x1b[K\r\n"
        "\r\x1b[1A\x1b[J"
        "b is done\r\n"
        "sum\r\n");
}

TEST_CASE("the progress line stands below the area", "[live_area][terminal]") {
  const std::string text = on_terminal(80, [] {
    Terminal terminal(ColorMode::never, {});
    terminal.show_progress("planning");
    terminal.show_area({{{"a"}}});
    terminal.show_progress("storing");
    terminal.show_progress("");
    terminal.show_area({});
  });
  CHECK(text ==
        "\r\x1b[Kplanning\r\x1b[K"
        "a\x1b[K\r\n"
        "\r\x1b[1Aa\x1b[K\r\nstoring\x1b[K\r\n\x1b[J"
        "\r\x1b[2Aa\x1b[K\r\n\x1b[J"
        "\r\x1b[1A\x1b[J");
}

TEST_CASE("no line of the area reaches the last column", "[live_area][terminal]") {
  const std::string text = on_terminal(10, [] {
    Terminal terminal(ColorMode::never, {});
    terminal.show_area({{{"0123456789abc"}}});
  });
  CHECK(text == "01234567…\x1b[K\r\n");
}

TEST_CASE("a pipe cannot be live, a terminal can", "[live_area][terminal]") {
  const auto ask = [] {
    Terminal terminal(ColorMode::never, {});
    terminal.out(terminal.can_be_live() ? "yes" : "no");
  };
  CHECK(on_pipe(ask) == "no");
  CHECK(on_terminal(80, ask) == "yes");
}
