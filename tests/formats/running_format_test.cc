#include <catch2/catch.hpp>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "pipeline/outputs.h"
#include "sample.h"
#include "unit/pipeline/run_fixture.h"

using namespace mlops;
using namespace mlops::formats;
using namespace mlops::pipeline;
using pipeline::testing::RunFixture;
namespace fs = std::filesystem;

namespace {

constexpr auto kRawName = "caf\xE9";

/// Where the runs of the work tree keep what they moved aside.
fs::path running_directory(const RunFixture& f) {
  const auto digest = codec::sha256(codec::as_bytes(f.repo.path().native()));
  return f.open()->state_directory() / "running" / to_hex(std::span(digest).first(8));
}

/// The list that this build writes.
std::string list_of_this_build() {
  const RunFixture f;
  Instance instance;
  instance.outs = {{"", "d/x", OutKind::data, false, true},
                   {"", "kept", OutKind::data, true, true},
                   {"", kRawName, OutKind::data, false, true}};
  const auto space = f.open();
  const OutsAside aside(*space, instance);
  for (const auto& entry : fs::directory_iterator(running_directory(f))) {
    return test::read_file(entry.path() / "paths.json");
  }
  return {};
}

}  // namespace

TEST_CASE("what a killed run of any version moved aside comes back", "[running]") {
  const RunFixture f;
  const auto aside = running_directory(f) / "0123456789abcdef";
  test::write_file(aside / "paths.json", sample_text("running/paths.json"));
  test::write_file(aside / "0" / "in", "old");
  test::write_file(aside / "1", "older");
  const auto space = f.open();
  CHECK(recover_outs(*space).empty());
  CHECK(f.repo.read("d/x/in") == "old");
  CHECK(f.repo.read(kRawName) == "older");
  CHECK_FALSE(fs::exists(aside));
}

TEST_CASE("the list of outs that are aside is written the same", "[running]") {
  CHECK(list_of_this_build() == sample_text("running/paths.json"));
}

TEST_CASE("write the list of this version", "[.write]") {
  test::write_file("running/paths.json", list_of_this_build());
}
