// What comes through ssh. The first byte says whether the rest is a request's head, an answer's, a
// listing, or all that a client sends.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "fuzz/harness.h"
#include "remote/serve.h"
#include "remote/wire.h"
#include "support/memory_transport.h"

namespace mlops {
namespace {

class InputStream final : public remote::WireStream {
 public:
  explicit InputStream(std::span<const std::uint8_t> input) : input_(input) {}
  void write(std::span<const std::uint8_t>) override {}
  bool read(std::span<std::uint8_t> bytes) override {
    if (input_.size() < bytes.size()) {
      if (input_.empty()) {
        return false;
      }
      throw Error(ErrorKind::network, "cut");
    }
    std::copy_n(input_.begin(), bytes.size(), bytes.begin());
    input_ = input_.subspan(bytes.size());
    return true;
  }

 private:
  std::span<const std::uint8_t> input_;
};

void read_request(std::span<const std::uint8_t> bytes) {
  const auto again = remote::encode_request(remote::decode_request(bytes));
  fuzz::require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

void read_answer(std::span<const std::uint8_t> bytes) {
  const remote::WireAnswer answer = remote::decode_answer(bytes);
  fuzz::require(remote::decode_answer(remote::encode_answer(answer)) == answer);
}

void read_listing(std::span<const std::uint8_t> bytes) {
  const auto again = remote::encode_listing(remote::decode_listing(bytes));
  fuzz::require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

void read_all(std::span<const std::uint8_t> bytes) {
  InputStream stream(bytes);
  const auto server = std::make_shared<test::MemoryServer>();
  remote::serve(
      stream,
      [&] { return std::make_unique<test::MemoryTransport>(server); },
      remote::ServeMode::append_only);
}

}  // namespace
}  // namespace mlops

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  mlops::fuzz::expect_only({mlops::ErrorKind::corrupt, mlops::ErrorKind::network}, [&] {
    switch (data[0] % 4) {
      case 0:
        return mlops::read_request(bytes);
      case 1:
        return mlops::read_answer(bytes);
      case 2:
        return mlops::read_listing(bytes);
      default:
        return mlops::read_all(bytes);
    }
  });
  return 0;
}
