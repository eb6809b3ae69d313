#include "ui/run_screen.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::display_width;
using mlops::ui::Line;
using mlops::ui::RunScreen;
using mlops::ui::Style;
using mlops::ui::text_of;
using namespace std::chrono_literals;

namespace {

using Outcome = RunScreen::Outcome;

std::string drawn(const RunScreen& screen,
                  std::size_t width,
                  std::size_t height,
                  RunScreen::Time now) {
  std::string text;
  for (const Line& line : screen.draw(width, height, now)) {
    text += text_of(line) + "\n";
  }
  return text;
}

/// Two at work since 10 s and 12 s, two over, one of them cached, in a run of eight.
RunScreen sample() {
  RunScreen screen;
  screen.begin(8, 5s);
  screen.end("prepare", Outcome::cached);
  screen.start("features", "new", 6s);
  screen.end("features", Outcome::ran);
  screen.start("train@model=rf", "dep data.csv", 10s);
  screen.start("train@model=xgb", "param depth", 12s);
  screen.say("train@model=rf", "epoch 1");
  screen.set_use("train@model=rf", {0.984, 1'288'490'189});
  return screen;
}

}  // namespace

TEST_CASE("a row for each instance that runs, and the sum", "[run_screen]") {
  CHECK(drawn(sample(), 100, 20, 75s) ==
        "train@model=rf   running 1m05s    98%     1.2 GiB  epoch 1\n"
        "train@model=xgb  running 1m03s      –           –  param depth\n"
        "2 of 8 done (1 cached), 2 running, 4 waiting, 1m10s\n");
}

TEST_CASE("nothing is drawn before a run begins, and when all is over", "[run_screen]") {
  RunScreen screen;
  CHECK(screen.draw(80, 20, 1s).empty());
  screen.begin(2, 1s);
  CHECK(drawn(screen, 80, 20, 2s) == "0 of 2 done, 2 waiting, 1s\n");
  screen.end("a", Outcome::cached);
  CHECK_FALSE(screen.is_over());
  screen.start("b", "", 2s);
  screen.end("b", Outcome::failed);
  CHECK(screen.is_over());
  CHECK(screen.draw(80, 20, 3s).empty());
}

TEST_CASE("failures and what was left out are counted for themselves", "[run_screen]") {
  RunScreen screen = sample();
  screen.end("train@model=xgb", Outcome::failed);
  screen.end("report", Outcome::left_out);
  CHECK(drawn(screen, 100, 20, 12s) ==
        "train@model=rf  running    2s    98%     1.2 GiB  epoch 1\n"
        "2 of 8 done (1 cached), 1 running, 3 waiting, 1 left out, 1 failed, 7s\n");
}

TEST_CASE("a run of one instance needs no sum", "[run_screen]") {
  RunScreen screen;
  screen.begin(1, 0s);
  screen.start("train", "new", 0s);
  CHECK(drawn(screen, 80, 20, 9s) == "train  running    9s      –           –  new\n");
}

TEST_CASE("a line that has begun stands before the last whole one", "[run_screen]") {
  RunScreen screen;
  screen.begin(1, 0s);
  screen.start("train", "new", 0s);
  screen.say("train", "loading");
  screen.set_begun("train", " 50%|#####     | 5/10");
  CHECK(drawn(screen, 80, 20, 0s).find("50%|#####     | 5/10") != std::string::npos);
  screen.set_begun("train", "");
  CHECK(drawn(screen, 80, 20, 0s).find("loading") != std::string::npos);
}

TEST_CASE("what is printed above is not repeated, a progress bar is shown", "[run_screen]") {
  RunScreen screen;
  screen.begin(1, 0s);
  screen.start("train", "new", 0s);
  screen.stream("train", true);
  CHECK(drawn(screen, 80, 20, 0s).find("new") != std::string::npos);
  screen.say("train", "epoch 1");
  CHECK(drawn(screen, 80, 20, 0s) == "train  running    0s      –           –\n");
  screen.set_begun("train", "50%");
  CHECK(drawn(screen, 80, 20, 0s).find("  50%\n") != std::string::npos);
  screen.set_begun("train", "");
  screen.stream("train", false);
  CHECK(drawn(screen, 80, 20, 0s).find("epoch 1") != std::string::npos);
}

TEST_CASE("where nobody measures there is no place for it", "[run_screen]") {
  RunScreen screen = sample();
  screen.show_use(RunScreen::ShowUse::no);
  CHECK(drawn(screen, 100, 20, 12s).starts_with("train@model=rf   running    2s  epoch 1\n"));
}

TEST_CASE("the states of attempts", "[run_screen]") {
  RunScreen screen;
  screen.begin(1, 0s);
  screen.start("a", "", 0s);
  screen.set_state("a", "try 2");
  screen.set_state("nobody", "try 2");
  CHECK(drawn(screen, 80, 20, 0s).starts_with("a  try 2      0s"));
}

TEST_CASE("no more lines than there is room for; the rest is counted", "[run_screen]") {
  RunScreen screen;
  screen.begin(1200, 0s);
  for (int i = 0; i < 1100; ++i) {
    screen.start("s" + std::to_string(i), "", 0s);
  }
  const std::string text = drawn(screen, 80, 6, 0s);
  CHECK(text.starts_with("s0  running"));
  CHECK(text.ends_with(
      "\nand 1,096 more running\n0 of 1,200 done, 1,100 running, 100 waiting, 0s\n"));
  for (const std::size_t height : {0U, 1U, 2U, 3U, 10U, 40U}) {
    CHECK(screen.draw(80, height, 0s).size() <= height);
  }
  CHECK(drawn(screen, 80, 1, 0s) == "0 of 1,200 done, 1,100 running, 100 waiting, 0s\n");
  CHECK(drawn(screen, 80, 2, 0s).starts_with("1,100 more running\n0 of"));
  screen.set_notice("stopping");
  CHECK(screen.draw(80, 3, 0s).size() == 3);
  CHECK(drawn(screen, 80, 3, 0s).ends_with("stopping\n"));
}

TEST_CASE("lines are cut to the width, at letters", "[run_screen]") {
  RunScreen screen;
  screen.begin(3, 0s);
  screen.start("訓練@データ=とても長い名前のデータセット,model=xgb", "new", 0s);
  screen.start("plain", "", 0s);
  screen.say("plain", "エポック 1/100 " + std::string(300, 'x') + " 😀😀😀 cafe\u0301");
  for (std::size_t width = 1; width <= 200; ++width) {
    for (const Line& line : screen.draw(width, 20, 90'000s)) {
      CHECK(mlops::ui::width_of(line) <= width);
      CHECK(mlops::is_utf8(text_of(line)));
    }
  }
  const std::string wide = drawn(screen, 120, 20, 0s);
  CHECK(wide.find("訓練@データ=とても…ータセット,model=xgb   running") != std::string::npos);
  CHECK(wide.find("plain" + std::string(37, ' ') + "running") != std::string::npos);
}

TEST_CASE("narrow terminals get the name, the state and the time", "[run_screen]") {
  CHECK(drawn(sample(), 40, 20, 12s) ==
        "train@model=rf   running    2s  epoch 1\n"
        "train@model=xgb  running    0s  param d…\n"
        "2 of 8 done (1 cached), 2 running, 4 wa…\n");
}

TEST_CASE("names, notes and lines cannot move the cursor", "[run_screen][case-18]") {
  const std::string hostile = "a\x1b]0;x\x07\x1b[2J\r\n\tb\xff\u202e";
  RunScreen screen;
  screen.begin(2, 0s);
  screen.start(hostile, hostile, 0s);
  screen.start("b", "", 0s);
  screen.say("b", hostile);
  for (int round = 0; round < 2; ++round) {
    for (const Line& line : screen.draw(300, 20, 0s)) {
      const std::string text = text_of(line);
      CHECK(text.find_first_of(std::string("\x1b\x07\r\n\t\xff", 6)) == std::string::npos);
      CHECK(text.find("\u202e") == std::string::npos);
    }
    screen.set_begun("b", hostile);
  }
  screen.end(hostile, Outcome::ran);
  CHECK(screen.running() == 1);
}

TEST_CASE("a megabyte on one line is not measured for each drawing", "[run_screen]") {
  RunScreen screen;
  screen.begin(1, 0s);
  screen.start("a", "", 0s);
  screen.say("a", std::string(1U << 20U, 'x') + "end");
  const std::string text = drawn(screen, 6000, 20, 0s);
  CHECK(text.size() < 5000);
  CHECK(text.find("end") == std::string::npos);
}
