#include "base/nfc.h"

#include <string>

#include <catch2/catch.hpp>

namespace mlops::test {

TEST_CASE("marks are put in order and composed") {
  CHECK(nfc("plain") == "plain");
  CHECK(nfc("cafe\xcc\x81") == "caf\xc3\xa9");
  CHECK(nfc("caf\xc3\xa9") == "caf\xc3\xa9");
  // A dot below and one above, in either order: the standard's own example.
  CHECK(nfc("s\xcc\x87\xcc\xa3") == "\xe1\xb9\xa9");
  CHECK(nfc("s\xcc\xa3\xcc\x87") == "\xe1\xb9\xa9");
  CHECK(nfc("\xe1\xb8\x8b\xcc\xa3") == "\xe1\xb8\x8d\xcc\x87");
  // A mark of the same class in between blocks.
  CHECK(nfc("a\xcc\x80\xcc\x81") == "\xc3\xa0\xcc\x81");
}

TEST_CASE("singletons and exclusions are not composed again") {
  CHECK(nfc("\xe2\x84\xab") == "\xc3\x85");                              // the angstrom sign
  CHECK(nfc("\xe0\xa5\x98") == "\xe0\xa4\x95\xe0\xa4\xbc");              // QA is excluded
  CHECK(nfc("\xf0\x9d\x85\x9e") == "\xf0\x9d\x85\x97\xf0\x9d\x85\xa5");  // beyond 16 bits
}

TEST_CASE("Hangul syllables are composed") {
  CHECK(nfc("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab") == "\xed\x95\x9c");
  CHECK(nfc("\xed\x95\x98\xe1\x86\xab") == "\xed\x95\x9c");
}

TEST_CASE("bytes that are no UTF-8 stay and combine with nothing") {
  CHECK(nfc("e\xff\xcc\x81") == "e\xff\xcc\x81");
  CHECK(nfc("\xcc") == "\xcc");
  CHECK(nfc("\xcc\x81") == "\xcc\x81");
}

}  // namespace mlops::test
