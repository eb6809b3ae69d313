#include "ui/line.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::display_width;
using mlops::ui::cut;
using mlops::ui::Keep;
using mlops::ui::Line;
using mlops::ui::shorten;
using mlops::ui::Style;

TEST_CASE("what fits stays as it is", "[line]") {
  CHECK(shorten("", 0, Keep::start).empty());
  CHECK(shorten("abc", 3, Keep::start) == "abc");
  CHECK(shorten("データ", 6, Keep::both_ends) == "データ");
}

TEST_CASE("what does not fit gives way to one mark", "[line]") {
  CHECK(shorten("abcdef", 4, Keep::start) == "abc…");
  CHECK(shorten("abcdef", 5, Keep::both_ends) == "ab…ef");
  CHECK(shorten("abcdef", 4, Keep::both_ends) == "a…ef");
  CHECK(shorten("abcdef", 1, Keep::both_ends) == "…");
  CHECK(shorten("abcdef", 0, Keep::start).empty());
}

TEST_CASE("wide letters are kept or dropped whole, accents go with their letter", "[line]") {
  CHECK(shorten("データセット", 6, Keep::start) == "デー…");
  CHECK(shorten("データセット", 6, Keep::both_ends) == "デ…ト");
  CHECK(shorten("cafe\u0301 noir", 5, Keep::start) == "cafe\u0301…");
  CHECK(shorten("xxxe\u0301yy", 4, Keep::both_ends) == "x…yy");
}

TEST_CASE("a line is cut across its pieces", "[line]") {
  const Line line{{"name", Style::bold}, {"  "}, {"a long story", Style::dim}};
  CHECK(mlops::ui::text_of(cut(line, 10)) == "name  a l…");
  CHECK(mlops::ui::text_of(cut(line, 6)) == "name …");
  CHECK(cut(line, 10).back().style == Style::dim);
  CHECK(cut(line, 18).size() == 3);
  for (std::size_t width = 0; width < 20; ++width) {
    CHECK(mlops::ui::width_of(cut(line, width)) <= width);
  }
}
