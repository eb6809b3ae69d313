#include "ui/progress_line.h"

#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "base/text.h"
#include "unit/ui/pty.h"

using mlops::ui::ColorMode;
using mlops::ui::ProgressLine;
using mlops::ui::Terminal;
using mlops::ui::test::on_pipe;
using mlops::ui::test::on_terminal;

namespace {

/// A job of 4 items and 4 MiB, of which a quarter is done at once and another one after a second.
void work(ProgressLine::Show show) {
  Terminal terminal(ColorMode::never, {"", "", "xterm", ""});
  ProgressLine progress(terminal, show);
  progress.begin("storing", 4, 4U << 20U);
  progress.advance(1, 1U << 20U);
  std::this_thread::sleep_for(std::chrono::milliseconds(1050));
  progress.advance(1, 1U << 20U);
  progress.warn("odd \x1b[2J name");
  progress.end();
}

}  // namespace

TEST_CASE("nothing for a second, then a line that a warning clears", "[progress]") {
  const std::string text = on_terminal(80, [] { work(ProgressLine::Show::all); });
  const std::size_t line = text.find("\r\x1b[Kstoring 2/4  2.0 MiB of 4.0 MiB (50%)  ");
  INFO(text);
  CHECK(line == 0);
  CHECK(text.find("/s  ") != std::string::npos);
  CHECK(text.find("1/4") == std::string::npos);
  CHECK(text.find("\r\x1b[Kmlops: warning: odd \\x1b[2J name\r\n") != std::string::npos);
}

TEST_CASE("a narrow terminal gets a line that does not wrap", "[progress]") {
  const std::string text = on_terminal(24, [] { work(ProgressLine::Show::all); });
  const std::string line = text.substr(4, text.find('\r', 1) - 4);
  CHECK(mlops::display_width(line) <= 23);
  CHECK(line.starts_with("storing 2/4  2.0 MiB"));
}

TEST_CASE("off a terminal, and when it is not wanted, only warnings", "[progress]") {
  CHECK(on_pipe([] { work(ProgressLine::Show::all); }) == "mlops: warning: odd \\x1b[2J name\n");
  CHECK(on_terminal(80, [] { work(ProgressLine::Show::warnings); }) ==
        "mlops: warning: odd \\x1b[2J name\r\n");
  CHECK(on_terminal(80, [] { work(ProgressLine::Show::nothing); }).empty());
}

TEST_CASE("what is not heard of until its end is told at once, off a terminal too", "[progress]") {
  const auto wait = [](ProgressLine::Show show) {
    return [show] {
      Terminal terminal(ColorMode::never, {"", "", "xterm", ""});
      ProgressLine progress(terminal, show);
      progress.begin_wait("making the venv .venv");
      progress.end();
    };
  };
  CHECK(on_pipe(wait(ProgressLine::Show::all)) == "mlops: making the venv .venv\n");
  CHECK(on_pipe(wait(ProgressLine::Show::warnings)).empty());
  CHECK(on_pipe(wait(ProgressLine::Show::nothing)).empty());
  CHECK(on_terminal(80, wait(ProgressLine::Show::all)) == "\r\x1b[Kmaking the venv .venv\r\x1b[K");
  CHECK(on_terminal(80, wait(ProgressLine::Show::nothing)).empty());
}
