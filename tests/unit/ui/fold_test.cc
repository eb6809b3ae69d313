#include "ui/fold.h"

#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::display_width;
using mlops::split;
using mlops::ui::fold;
using mlops::ui::fold_advice;

TEST_CASE("lines break at words, below the second column", "[fold]") {
  CHECK(fold("short", 20) == "short");
  CHECK(fold("one two three four", 10) == "one two\n  three\n  four");
  CHECK(fold("  --flag  says what it does", 20) == "  --flag  says what\n          it does");
  CHECK(fold("a b\n\nc d\n", 3) == "a b\n\nc d\n");
}

TEST_CASE("no width folds nothing, and no word is broken", "[fold]") {
  const std::string word(50, 'x');
  CHECK(fold("a " + word + " b", 0) == "a " + word + " b");
  CHECK(fold("a " + word + " b", 20) == "a\n  " + word + "\n  b");
  CHECK(fold(word, 20) == word);
}

TEST_CASE("what is folded fits, whatever the letters", "[fold]") {
  const std::string text = "データ を 学習 する ため の 長い 文 です と 言う 人 が いる";
  for (const std::size_t width : {20U, 33U, 60U}) {
    const std::string folded = fold(text, width);
    for (const std::string_view line : split(folded, '\n')) {
      CHECK(display_width(line) <= width);
    }
  }
}

TEST_CASE("a command to type stays whole, what is said of it goes below", "[fold]") {
  CHECK(fold_advice("next: mlops data add <path>   (keeps your version)", 40) ==
        "next: mlops data add <path>\n      (keeps your version)");
  CHECK(fold_advice("a b\nnext: git add x   (y)\n", 16) == "a b\nnext: git add x\n      (y)\n");
  CHECK(fold_advice("hint: git rm -- a; then again", 20) == "hint: git rm -- a;\n      then again");
  const std::string command = "hint: mlops config store.path /a/very/long/place/of/a/store";
  CHECK(fold_advice(command, 30) == command);
  CHECK(fold_advice("hint: write it down and try again", 20) ==
        "hint: write it down\n  and try again");
}
