#include <filesystem>

#include <catch2/catch.hpp>

#include "pipeline/outputs.h"
#include "run_fixture.h"

using namespace mlops;
using namespace mlops::pipeline;
using Catch::Matchers::Contains;
using testing::RunFixture;
namespace fs = std::filesystem;

namespace {

Instance instance_with_outs() {
  Instance instance;
  instance.outs = {{"", "d/x", OutKind::data, false, true},
                   {"", "log", OutKind::data, true, true},
                   {"", "new/y", OutKind::data, false, true}};
  return instance;
}

}  // namespace

TEST_CASE("outs are aside until they are put back") {
  RunFixture f;
  f.repo.write("d/x", "old");
  f.repo.write("log", "kept");
  const auto space = f.open();
  {
    OutsAside aside(*space, instance_with_outs());
    CHECK_FALSE(f.exists("d/x"));
    CHECK(f.exists("log"));
    CHECK(f.exists("new"));
    f.repo.write("d/x", "half");
    f.repo.write("new/y", "half");
    aside.put_back();
    CHECK(f.repo.read("d/x") == "old");
    CHECK_FALSE(f.exists("new/y"));
  }
  CHECK(f.repo.read("d/x") == "old");
}

TEST_CASE("an exception puts outs back, discarding does not") {
  RunFixture f;
  f.repo.write("d/x", "old");
  const auto space = f.open();
  {
    const OutsAside aside(*space, instance_with_outs());
    f.repo.write("d/x", "half");
  }
  CHECK(f.repo.read("d/x") == "old");
  {
    OutsAside aside(*space, instance_with_outs());
    f.repo.write("d/x", "new");
    aside.discard();
  }
  CHECK(f.repo.read("d/x") == "new");
  CHECK(recover_outs(*space).empty());
}

TEST_CASE("what a killed run had moved aside comes back, what it wrote is kept elsewhere") {
  RunFixture f;
  f.repo.write("d/x", "old");
  const auto space = f.open();
  // A killed process destroys nothing: the object is leaked into static storage on purpose.
  static OutsAside* killed = new OutsAside(*space, instance_with_outs());
  f.repo.write("d/x", "half");
  f.repo.write("new/y", "half");
  const auto messages = recover_outs(*space);
  CHECK(messages.size() == 2);
  CHECK_THAT(messages.at(0), Contains("'d/x'"));
  CHECK(f.repo.read("d/x") == "old");
  CHECK_FALSE(f.exists("new/y"));
  CHECK(killed != nullptr);
  const auto leftover = space->state_directory() / "leftover";
  std::size_t kept = 0;
  for (const auto& entry : fs::recursive_directory_iterator(leftover)) {
    kept += entry.is_regular_file() ? 1U : 0U;
  }
  CHECK(kept == 2);
  CHECK(recover_outs(*space).empty());
}

TEST_CASE("a list that names paths outside of the tree is not followed") {
  RunFixture f;
  const auto space = f.open();
  { const OutsAside aside(*space, instance_with_outs()); }
  const auto running = space->state_directory() / "running";
  const auto tree = fs::directory_iterator(running)->path();
  fs::create_directory(tree / "planted");
  // "../victim" in hex, as the list has it
  mlops::test::write_file(tree / "planted/paths.json", "[\"2e2e2f76696374696d\"]");
  mlops::test::write_file(tree / "planted/0", "evil");
  mlops::test::write_file(f.repo.path().parent_path() / "victim", "safe");
  CHECK(recover_outs(*space).empty());
  CHECK(mlops::test::read_file(f.repo.path().parent_path() / "victim") == "safe");
  CHECK_FALSE(fs::exists(tree / "planted"));
}
