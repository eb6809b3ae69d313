#include "os/share_blocks.h"

#include <numeric>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/file.h"
#include "support/temp_dir.h"
#include "unit/os/call_trace.h"

using namespace mlops;
using namespace mlops::os;

namespace {

std::vector<std::uint8_t> counting(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

std::vector<std::uint8_t> content_of(const TempFile& file) {
  std::vector<std::uint8_t> bytes(stat_fd(file.fd(), file.path()).size);
  pread_full(file.fd(), bytes, 0, file.path());
  return bytes;
}

struct TwoFiles {
  test::TempDir dir;
  TempFile from{dir.path()};
  TempFile to{dir.path()};
};

}  // namespace

TEST_CASE("a range is copied, or said not to be, and what lies around it stays", "[case-56]") {
  TwoFiles files;
  const auto bytes = counting(5 * kBlockBytes);
  files.from.write(bytes);
  const std::vector<std::uint8_t> around(4 * kBlockBytes, 0);
  files.to.write(around);
  const bool copied =
      copy_range({files.from.fd(), 2 * kBlockBytes}, {files.to.fd(), kBlockBytes}, 2 * kBlockBytes);
  auto expected = around;
  if (copied) {
    std::copy_n(bytes.begin() + 2 * kBlockBytes, 2 * kBlockBytes, expected.begin() + kBlockBytes);
  }
  CHECK(content_of(files.to) == expected);
}

TEST_CASE("no bytes are no copy to the end of the file", "[case-56]") {
  TwoFiles files;
  files.from.write(counting(2 * kBlockBytes));
  const CallTrace trace = CallTrace::of([&] {
    CHECK(copy_range({files.from.fd(), 0}, {files.to.fd(), 0}, 0));
  });
  CHECK(trace.calls().empty());
  CHECK(content_of(files.to).empty());
}

TEST_CASE("who cannot share nor copy says so", "[case-56]") {
  const std::string problem =
      GENERATE(as<std::string>(), "EXDEV", "EAGAIN", "EINVAL", "EOPNOTSUPP");
  CAPTURE(problem);
  TwoFiles files;
  files.from.write(counting(2 * kBlockBytes));
  fault::arm("1+:" + problem);
  const bool copied = copy_range({files.from.fd(), 0}, {files.to.fd(), 0}, kBlockBytes);
  const bool shared = share_range({files.from.fd(), 0}, {files.to.fd(), 0}, kBlockBytes);
  fault::arm("off");
  CHECK_FALSE(copied);
  CHECK_FALSE(shared);
}

TEST_CASE("a copy that the kernel makes piece by piece is whole", "[case-50][case-56]") {
  TwoFiles files;
  const auto bytes = counting(8 * kBlockBytes);
  files.from.write(bytes);
  fault::arm("1+:short");
  const bool copied = copy_range({files.from.fd(), 0}, {files.to.fd(), 0}, bytes.size());
  fault::arm("off");
  CHECK((!copied || content_of(files.to) == bytes));
}

TEST_CASE("bytes go where they are said to go") {
  TwoFiles files;
  files.to.write(counting(10));
  const auto bytes = counting(3);
  pwrite_full(files.to.fd(), bytes, 4, files.to.path());
  auto expected = counting(10);
  std::copy(bytes.begin(), bytes.end(), expected.begin() + 4);
  CHECK(content_of(files.to) == expected);
  fault::arm("1:ENOSPC");
  CHECK_THROWS_AS(pwrite_full(files.to.fd(), bytes, 4, files.to.path()), Error);
  fault::arm("off");
}
