#include "store/chunker.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "codec/bytes.h"
#include "codec/sha256.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// mlops-store(5), "Chunks", to the letter: one byte at a time, over the whole file, never reset.
std::vector<std::size_t> cut_by_the_book(std::span<const std::uint8_t> data) {
  std::vector<std::size_t> ends;
  std::size_t start = 0;
  std::uint64_t hash = 0;
  for (std::size_t at = 1; at <= data.size(); ++at) {
    hash = (hash << 1U) + gear_value(data[at - 1]);
    const std::size_t length = at - start;
    const bool is_cut = (length >= 16384 && length < 65536 && (hash >> 46U) == 0) ||
                        (length >= 65536 && (hash >> 50U) == 0) || length == 262144;
    if (is_cut || at == data.size()) {
      ends.push_back(at);
      start = at;
    }
  }
  return ends;
}

/// The test stream of mlops-store(5): SHA-256 of "mlops test vector" and a 64-bit counter.
Bytes test_stream(std::size_t size) {
  Bytes stream;
  for (std::uint64_t counter = 0; stream.size() < size; ++counter) {
    codec::ByteWriter block;
    block.put(codec::as_bytes("mlops test vector"));
    block.u64(counter);
    const codec::Digest digest = codec::sha256(block.bytes());
    stream.insert(stream.end(), digest.begin(), digest.end());
  }
  stream.resize(size);
  return stream;
}

/// 64 bytes of noise over which the hash is as wanted.
template <typename Wanted>
Bytes window_with(Wanted wanted) {
  const Bytes data = noise(4U << 20U, 7);
  std::uint64_t hash = 0;
  for (std::size_t at = 0; at < data.size(); ++at) {
    hash = (hash << 1U) + gear_value(data[at]);
    if (at >= 64 && wanted(hash)) {
      const auto end = data.begin() + static_cast<std::ptrdiff_t>(at + 1);
      return {end - 64, end};
    }
  }
  throw std::runtime_error("no such window");
}

}  // namespace

TEST_CASE("gear table and cuts of mlops-store(5)") {
  CHECK(gear_value(0) == 0xBE9089C98012A8AFU);
  CHECK(gear_value(1) == 0x9B007F437D2555D7U);
  CHECK(gear_value(255) == 0x55845D1B9328780BU);
  CHECK(cut_all(test_stream(1U << 20U)) == std::vector<std::size_t>{74333,
                                                                    158834,
                                                                    256537,
                                                                    325169,
                                                                    391912,
                                                                    409968,
                                                                    494528,
                                                                    575634,
                                                                    631671,
                                                                    697257,
                                                                    771307,
                                                                    868175,
                                                                    902111,
                                                                    969758,
                                                                    1038836,
                                                                    1048576});
  CHECK(cut_all(Bytes(600'000, 0)) == std::vector<std::size_t>{262144, 524288, 600000});
}

TEST_CASE("lanes cut exactly where the byte-wise definition does") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    const Bytes random = noise(900'000 + seed * 1111, seed);
    CHECK(cut_all(random) == cut_by_the_book(random));
    const Bytes text = table_text(400'000 + seed * 777, seed);
    CHECK(cut_all(text) == cut_by_the_book(text));
    Bytes holes = random;
    for (std::size_t at = 0; at < holes.size(); at += 20'000 + random[at] * 300U) {
      const std::size_t end = std::min(holes.size(), at + random[at + 1] * 1000U);
      std::fill(holes.begin() + static_cast<std::ptrdiff_t>(at),
                holes.begin() + static_cast<std::ptrdiff_t>(end),
                std::uint8_t{0});
    }
    CHECK(cut_all(holes) == cut_by_the_book(holes));
  }
}

TEST_CASE("a lone candidate cuts at every place around the limits and the lanes' ends") {
  using P = ChunkerProfile;
  std::set<std::size_t> places;
  for (const std::size_t middle : {P::kMin, P::kAverage, P::kMax}) {
    const std::size_t reach = middle == P::kMax ? 10 : 66;  // a window is 64 bytes
    for (std::size_t at = middle - reach; at <= middle + reach; ++at) {
      places.insert(at);
    }
  }
  // A block of lanes is 8 KiB, a lane 2 KiB.
  for (std::size_t lane = P::kMin; lane < P::kMin + (16U << 10U); lane += 2048) {
    places.insert({lane - 1, lane, lane + 1});
  }
  struct Case {
    Bytes window;
    std::size_t from;  ///< the least length of chunk at which its hash is a cut
  };
  const Case eighteen{window_with([](std::uint64_t hash) { return hash >> 46U == 0; }), P::kMin};
  const Case fourteen{
      window_with([](std::uint64_t hash) { return hash >> 50U == 0 && hash >> 46U != 0; }),
      P::kAverage};
  for (const Case& test : {eighteen, fourteen}) {
    Bytes data(P::kMax + 300, 0);
    for (const std::size_t at : places) {
      const auto start = data.begin() + static_cast<std::ptrdiff_t>(at - test.window.size());
      std::copy(test.window.begin(), test.window.end(), start);
      for (const std::size_t size : {at - 1, at, at + 5}) {
        CAPTURE(at, size, test.from);
        const bool counts = at >= test.from && at <= size && at <= P::kMax;
        REQUIRE(cut(std::span(data).first(size)) == (counts ? at : std::min(size, P::kMax)));
      }
      std::fill_n(start, test.window.size(), std::uint8_t{0});
    }
  }
}

TEST_CASE("two candidates in one block of lanes: the first counts") {
  const Bytes window = window_with([](std::uint64_t hash) { return hash >> 46U == 0; });
  for (const std::size_t first : {16'500U, 18'500U, 20'600U, 22'700U}) {
    for (std::size_t second = first + 64; second < 24'600; second += 509) {
      CAPTURE(first, second);
      Bytes data(26'000, 0);
      for (const std::size_t at : {first, second}) {
        std::copy(window.begin(),
                  window.end(),
                  data.begin() + static_cast<std::ptrdiff_t>(at - window.size()));
      }
      REQUIRE(cut(data) == first);
    }
  }
}

TEST_CASE("chunks keep their limits") {
  CHECK(cut_all({}).empty());
  for (const std::size_t size : {1U, 16383U, 16384U}) {
    CHECK(cut_all(noise(size, 1)) == std::vector<std::size_t>{size});
  }
  const Bytes data = noise(4U << 20U, 2);
  std::size_t start = 0;
  const std::vector<std::size_t> ends = cut_all(data);
  for (const std::size_t end : ends) {
    CHECK(end - start <= ChunkerProfile::kMax);
    CHECK((end - start >= ChunkerProfile::kMin || end == data.size()));
    start = end;
  }
  CHECK(ends.back() == data.size());
  CHECK(data.size() / ends.size() > 50'000);
  CHECK(data.size() / ends.size() < 100'000);
}

TEST_CASE("cuts fall into step again after an insertion") {
  Bytes data = noise(2U << 20U, 3);
  const std::vector<std::size_t> before = cut_all(data);
  data.insert(data.begin() + 100'000, 77);
  const std::vector<std::size_t> after = cut_all(data);
  const std::set<std::size_t> known(before.begin(), before.end());
  std::size_t kept = 0;
  for (const std::size_t end : after) {
    kept += known.contains(end - 1) ? 1U : 0U;
  }
  CHECK(kept + 5 >= before.size());
}

TEST_CASE("a cut needs no more than the largest chunk in view") {
  const Bytes data = noise(1U << 20U, 4);
  std::size_t start = 0;
  for (const std::size_t end : cut_all(data)) {
    const std::size_t view = std::min(data.size() - start, ChunkerProfile::kMax);
    CHECK(cut(std::span(data).subspan(start, view)) == end - start);
    start = end;
  }
}
