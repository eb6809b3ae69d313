#include "store/results.h"

#include <catch2/catch.hpp>

#include "unit/store/store_fixture.h"

using namespace mlops::store;
using namespace mlops::store::test;

namespace {
ObjectId key_of(std::string_view text) {
  return compute_id(ObjectType::chunk, bytes_of(text));
}
}  // namespace

TEST_CASE("a result comes back by its key, the last one written") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  CHECK_FALSE(store->find_result(key_of("a")));
  store->put_result(key_of("a"), "one");
  store->put_result(key_of("b"), std::string("t\0wo", 4));
  store->put_result(key_of("a"), "");
  CHECK(store->find_result(key_of("a")) == "");
  CHECK(store->find_result(key_of("b")) == std::string("t\0wo", 4));
}

TEST_CASE("a damaged result is a miss", "[case-27]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  store->put_result(key_of("a"), "value");
  const fs::path file = files_below(dir.path() / "store" / "results").front();
  const Bytes bytes = read_bytes(file);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    write_bytes(file, flipped);
    CAPTURE(bit);
    REQUIRE_FALSE(store->find_result(key_of("a")));
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_bytes(file, std::span(bytes).first(size));
    CAPTURE(size);
    REQUIRE_FALSE(store->find_result(key_of("a")));
  }
}

TEST_CASE("a result under another key's name is a miss") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  store->put_result(key_of("a"), "value");
  const fs::path file = files_below(dir.path() / "store" / "results").front();
  const std::string other = key_of("b").hex();
  const fs::path planted = dir.path() / "store" / "results" / other.substr(0, 2) / other;
  fs::create_directories(planted.parent_path());
  fs::copy_file(file, planted);
  CHECK_FALSE(store->find_result(key_of("b")));
}
