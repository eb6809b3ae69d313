#include "codec/sha256.h"

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "codec/bytes.h"

using mlops::to_hex;
using mlops::codec::as_bytes;
using mlops::codec::Digest;
using mlops::codec::Sha256;
using mlops::codec::sha256;

namespace {

constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kMillionA =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

}  // namespace

TEST_CASE("the vectors of FIPS 180") {
  CHECK(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256(as_bytes("abc"))) == kAbc);
  CHECK(to_hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(to_hex(sha256(as_bytes(std::string(1'000'000, 'a')))) == kMillionA);
}

TEST_CASE("updates add up, and finish starts anew") {
  Sha256 hasher;
  const std::string part(1000, 'a');
  for (int i = 0; i < 1000; ++i) {
    hasher.update(as_bytes(part));
  }
  CHECK(to_hex(hasher.finish()) == kMillionA);
  hasher.update(as_bytes("ab"));
  hasher.update({});
  hasher.update(as_bytes("c"));
  CHECK(to_hex(hasher.finish()) == kAbc);
  CHECK(hasher.finish() == sha256({}));
}

TEST_CASE("a moved hasher goes on where it was") {
  Sha256 first;
  first.update(as_bytes("ab"));
  Sha256 second = std::move(first);
  second.update(as_bytes("c"));
  CHECK(to_hex(second.finish()) == kAbc);
}

TEST_CASE("threads hash independently") {
  std::vector<Digest> digests(8);
  std::vector<std::thread> threads;
  for (Digest& digest : digests) {
    threads.emplace_back([&digest] {
      for (int i = 0; i < 100; ++i) {
        digest = sha256(as_bytes("abc"));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const Digest& digest : digests) {
    CHECK(to_hex(digest) == kAbc);
  }
}
