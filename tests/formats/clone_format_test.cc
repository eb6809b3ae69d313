#include <catch2/catch.hpp>

#include "sample.h"
#include "store/clones.h"

using namespace mlops;
using namespace mlops::formats;

TEST_CASE("records of clones are read for ever", "[clone]") {
  const test::TempDir temp;
  const store::Layout layout{temp.path()};
  std::filesystem::copy(sample("clone/clones"), layout.clones());
  const auto clones = store::Clones(layout).list();
  REQUIRE(clones.size() == 2);
  CHECK(clones[0].id == "1df89f4c683ef3e56f6192025ee316c8");
  CHECK(clones[0].common_dir == "/tmp/clones/one/.git");
  CHECK(clones[1].id == "f6764cda2ce91e4ba2ba3b310745d7ca");
  CHECK(clones[1].common_dir == "/tmp/clones/caf\xe9 \"2\"\n\\n/.git");
}

TEST_CASE("an id of a clone that was frozen stays the clone's", "[clone]") {
  const test::TempDir temp;
  const store::Layout layout{temp.path() / "store"};
  std::filesystem::create_directories(layout.temporary());
  std::filesystem::create_directories(layout.clones());
  const std::filesystem::path common = temp.path() / "git";
  test::write_file(common / "mlops/clone-id", sample_text("clone/clone-id"));
  store::Clones(layout).enter(common);
  const auto clones = store::Clones(layout).list();
  REQUIRE(clones.size() == 1);
  CHECK(clones[0].id == "1df89f4c683ef3e56f6192025ee316c8");
  CHECK(clones[0].common_dir == common);
}
