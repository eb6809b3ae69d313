#include "store/chunker.h"

#include <set>

#include <catch2/catch.hpp>

#include "codec/bytes.h"
#include "codec/sha256.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

namespace {

/// mlops-store(5), "Chunks", to the letter: one byte at a time, over the whole file, never reset.
std::vector<std::size_t> cut_by_the_book(const Bytes& data) {
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
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    const Bytes random = noise(1'500'000 + seed * 1111, seed);
    CHECK(cut_all(random) == cut_by_the_book(random));
    const Bytes text = table_text(700'000 + seed * 777, seed);
    CHECK(cut_all(text) == cut_by_the_book(text));
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
