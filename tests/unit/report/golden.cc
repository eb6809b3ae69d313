#include "unit/report/golden.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace mlops::report::test {

void check_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(MLOPS_GOLDEN_DIR) / name;
  const char* const accept = std::getenv("MLOPS_TEST_ACCEPT");
  if (accept != nullptr && std::string_view(accept) == "1") {
    mlops::test::write_file(path, text);
  }
  INFO("differs from " << path.string() << "; MLOPS_TEST_ACCEPT=1 accepts");
  CHECK(mlops::test::read_file(path) == text);
}

}  // namespace mlops::report::test
