#include "table/byte_masks.h"

#include <random>
#include <string>

#include <catch2/catch.hpp>

namespace mlops::table {
namespace {

constexpr std::size_t kBlocks = 3;

std::vector<ByteMasks> masks_of(const ByteClassifier& classifier,
                                const std::string& text,
                                char delimiter) {
  std::vector<ByteMasks> masks(kBlocks);
  classifier.classify(text.data(), kBlocks, delimiter, masks.data());
  return masks;
}

TEST_CASE("all classifiers see the same, and each byte where it stands") {
  std::mt19937 random(1);
  for (const ByteClassifier& classifier : byte_classifiers()) {
    CAPTURE(classifier.name);
    for (int round = 0; round < 300; ++round) {
      const char delimiter = round % 2 == 0 ? ',' : '\t';
      std::string text(kBlocks * kMaskBytes, 'x');
      for (char& c : text) {
        c = random() % 2 == 0 ? static_cast<char>(random() % 256)
                              : "\n,\t\r\"\0x\x7F\x80\xFF"[random() % 10];
      }
      const std::vector<ByteMasks> masks = masks_of(classifier, text, delimiter);
      for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const ByteMasks& block = masks[i / kMaskBytes];
        const auto has = [&](std::uint64_t mask) { return ((mask >> (i % kMaskBytes)) & 1U) != 0; };
        const bool is_odd = c == '"' || c == '\0' || static_cast<unsigned char>(c) >= 0x80U;
        REQUIRE(has(block.newline) == (c == '\n'));
        REQUIRE(has(block.delimiter) == (c == delimiter));
        REQUIRE(has(block.carriage_return) == (c == '\r'));
        REQUIRE(has(block.odd) == is_odd);
      }
    }
  }
}

TEST_CASE("there is a way to classify that every processor has") {
  REQUIRE_FALSE(byte_classifiers().empty());
  CHECK(byte_classifiers().front().name == "portable");
  CHECK(fastest_classifier() == byte_classifiers().back().classify);
}

}  // namespace
}  // namespace mlops::table
