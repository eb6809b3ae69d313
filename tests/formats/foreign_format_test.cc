#include <catch2/catch.hpp>

#include "sample.h"
#include "store/foreign.h"

using namespace mlops;
using namespace mlops::formats;

namespace {

std::map<store::ForeignId, store::ObjectId> sample_versions() {
  std::map<store::ForeignId, store::ObjectId> versions;
  const auto add = [&](const std::string& id, std::uint8_t root) {
    versions.emplace(store::parse_foreign(id).value(), id_of(root));
  };
  const std::string md5 = "md5:0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";
  add("md5-dos2unix:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a", 1);
  add(md5, 2);
  add(md5 + ".dir", 3);
  add(md5 + ".exec", 4);
  add("sha256:0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", 2);
  return versions;
}

}  // namespace

TEST_CASE("maps of foreign versions are read for ever and written the same", "[foreign]") {
  const test::TempDir temp;
  const store::Layout layout{temp.path()};
  std::filesystem::create_directories(layout.temporary());
  for (std::uint8_t root = 1; root <= 4; ++root) {
    test::write_file(layout.roots() / id_of(root).hex(), "only its name counts");
  }
  const auto file = std::filesystem::directory_iterator(sample("foreign"))->path();
  test::write_file(layout.foreign() / file.filename(), test::read_file(file));
  for (const auto& [id, root] : sample_versions()) {
    CHECK(store::ForeignVersions(layout).find(id) == root);
  }
  std::filesystem::remove_all(layout.foreign());
  store::ForeignVersions(layout).add(sample_versions());
  CHECK(test::read_file(layout.foreign() / file.filename()) == test::read_file(file));
}
