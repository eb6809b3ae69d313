#include "stats/text_similarity.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace mlops::stats::test {
namespace {

std::size_t slow_distance(const std::vector<std::uint32_t>& a,
                          const std::vector<std::uint32_t>& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

TEST_CASE("the edit distance is that of the textbook, at every length") {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint32_t> a(random() % 200);
    std::vector<std::uint32_t> b(random() % 200);
    for (auto* text : {&a, &b}) {
      std::generate(text->begin(), text->end(), [&] {
        return random() % static_cast<std::uint32_t>(2 + round % 5);
      });
    }
    REQUIRE(edit_distance(a, b) == slow_distance(a, b));
  }
}

TEST_CASE("texts are compared by characters, not by bytes") {
  CHECK(text_similarity("", "").value == 1.0);
  CHECK(text_similarity("", "abc").value == 0.0);
  CHECK(text_similarity("kitten", "sitting").value.value() == Approx(1 - 3.0 / 7));
  // One of four characters, although three of its bytes differ.
  CHECK(text_similarity("caf\xc3\xa9", "cafe").value.value() == Approx(0.75));
  // Bytes that are no UTF-8 are characters of their own.
  CHECK(text_similarity("\xff", "\xc3\xbf").value == 0.0);
}

TEST_CASE("long texts are compared by tokens, and say so") {
  std::string words;
  for (int i = 0; i < 6000; ++i) {
    words += "word ";
  }
  const Similarity longer = text_similarity(words, words + "more");
  CHECK(longer.by_tokens);
  CHECK(longer.value.value() == Approx(1 - 1.0 / 6001));
  std::string letters;
  for (int i = 0; i < 30'000; ++i) {
    letters += "a ";
  }
  CHECK_FALSE(text_similarity(letters, letters + "b").value.has_value());
}

TEST_CASE("Jaccard of tokens") {
  CHECK(token_jaccard("", "  ") == 1.0);
  CHECK(token_jaccard("a b", "") == 0.0);
  CHECK(token_jaccard("the cat sat", "the  cat\nran the") == Approx(0.5));
}

}  // namespace mlops::stats::test
