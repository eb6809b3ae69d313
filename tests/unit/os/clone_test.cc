#include "os/clone.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

TEST_CASE("asking for reflinks leaves nothing behind, whatever the answer") {
  const mlops::test::TempDir temp;
  const bool first = mlops::os::can_clone_files(temp.path());
  CHECK(mlops::os::can_clone_files(temp.path()) == first);
  CHECK(std::filesystem::is_empty(temp.path()));
}
