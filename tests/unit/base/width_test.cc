#include <catch2/catch.hpp>

#include "base/text.h"

using mlops::display_width;

TEST_CASE("display_width counts columns") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Gr\xC3\xBC\xC3\x9F"
                      "e") == 5);
  CHECK(display_width("e\xCC\x81") == 1);                             // combining acute
  CHECK(display_width("\xE6\x97\xA5\xE6\x9C\xAC") == 4);              // two ideographs
  CHECK(display_width("\xED\x95\x9C") == 2);                          // Hangul syllable
  CHECK(display_width("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == 2);  // the same in parts
  CHECK(display_width("\xEF\xBC\xA1") == 2);                          // full-width A
  CHECK(display_width("\xEF\xBD\xB1") == 1);                          // half-width katakana
  CHECK(display_width("\xF0\x9F\x98\x80") == 2);                      // emoji
  CHECK(display_width("\xE2\x80\x8B") == 0);                          // zero-width space
  CHECK(display_width("\xC2\xAD") == 1);          // soft hyphen, as wcwidth has it
  CHECK(display_width("\xE2\x94\x80") == 1);      // box drawing
  CHECK(display_width("\xF0\xA0\x80\x80") == 2);  // plane 2
}
