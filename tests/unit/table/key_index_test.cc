#include "table/key_index.h"

#include <string>
#include <unordered_map>

#include <catch2/catch.hpp>

namespace mlops::table {
namespace {

// Aumasson and Bernstein, "SipHash: a fast short-input PRF", appendix A, and two of the reference
// implementation's vectors: key 00 01 … 0f, input 00 01 … .
TEST_CASE("SipHash-2-4 gives the published values") {
  const std::array<std::uint64_t, 2> seed = {0x0706050403020100U, 0x0F0E0D0C0B0A0908U};
  std::string input;
  CHECK(siphash(seed, input) == 0x726FDB47DD0E0E31U);
  for (char c = 0; c < 8; ++c) {
    input.push_back(c);
  }
  CHECK(siphash(seed, input) == 0x93F5F5799A932462U);
  for (char c = 8; c < 15; ++c) {
    input.push_back(c);
  }
  CHECK(siphash(seed, input) == 0xA129CA6149BE45E5U);
}

TEST_CASE("every key is found again after the table has grown many times") {
  KeyIndex index({1, 2});
  constexpr std::uint32_t kKeys = 20'000;
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    index.find_or_add("key " + std::to_string(i)).first_new = i;
  }
  CHECK(index.entries().size() == kKeys);
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    if (index.find_or_add("key " + std::to_string(i)).first_new != i) {
      FAIL("key " << i << " is lost");
    }
  }
  CHECK(index.entries().size() == kKeys);
}

TEST_CASE("keys are told apart whatever they hold, the empty one too") {
  KeyIndex index({3, 4});
  using namespace std::string_view_literals;
  index.find_or_add("").old_count = 1;
  index.find_or_add("a").old_count = 2;
  index.find_or_add("a\0"sv).old_count = 3;
  index.find_or_add("ab").old_count = 4;
  CHECK(index.entries().size() == 4);
  CHECK(index.find_or_add("").old_count == 1);
  CHECK(index.find_or_add("a").old_count == 2);
  CHECK(index.find_or_add("a\0"sv).old_count == 3);
}

// 32 bits of the hash select the slot and skip comparisons: among 200 000 keys some share them.
TEST_CASE("keys that share a hash are still told apart") {
  KeyIndex index({5, 6});
  constexpr std::uint32_t kKeys = 200'000;
  for (std::uint32_t i = 0; i < kKeys; ++i) {
    index.find_or_add(std::to_string(i)).first_new = i;
  }
  std::unordered_map<std::uint32_t, std::uint32_t> hashes;
  std::uint32_t shared = 0;
  std::uint32_t number = 0;
  const std::vector<KeyIndex::Entry> entries = index.entries();
  for (const KeyIndex::Entry& entry : entries) {
    if (!hashes.emplace(entry.hash, number).second) {
      ++shared;
      CHECK(index.find_or_add(std::to_string(number)).first_new == number);
    }
    ++number;
  }
  CHECK(shared > 0);
}

}  // namespace
}  // namespace mlops::table
