// The frozen remote is read for ever.
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "remote/directory_transport.h"
#include "remote/fetch.h"
#include "support/temp_dir.h"

namespace mlops::remote {
namespace {

TEST_CASE("all versions of the frozen remote are fetched") {
  const test::TempDir directory;
  DirectoryTransport transport(std::filesystem::path(MLOPS_SOURCE_DIR) / "tests/formats/v1/remote");
  Chain chain(transport, Cache(directory.path() / "cache"), "frozen");
  REQUIRE(chain.open());
  CHECK(chain.head().number == 4);
  CHECK(chain.head().sessions.empty());
  FetchRequest request;
  for (const auto& [id, pin] : chain.state().roots()) {
    request.roots.push_back({id});
  }
  REQUIRE(request.roots.size() == 2);
  const auto store = store::Store::open(directory.path() / "store");
  NoProgress progress;
  const FetchReport report = fetch(chain, *store, request, progress, CancelToken());
  CHECK(report.fetched.size() == 2);
  CHECK(store->fsck(progress, CancelToken()).is_clean());
  std::uint64_t files = 0;
  for (const store::ObjectId& id : store->list_roots()) {
    files += store->load_root(id).top.files;
  }
  CHECK(files == 5);
}

}  // namespace
}  // namespace mlops::remote
