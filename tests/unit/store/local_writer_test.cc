#include "store/local_writer.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/fault.h"
#include "unit/store/store_fixture.h"

using namespace mlops;
using namespace mlops::store;
using namespace mlops::store::test;

TEST_CASE("a writer of which one write failed commits nothing", "[case-50]") {
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store");
  const auto writer = store->begin_write();
  Entry first;
  first.size = 5;
  first.id = writer->put(ObjectType::chunk, bytes_of("first"), {});
  // The only call that a full pack makes on the caller's thread: the nonce of the next one.
  os::fault::arm("1+:EIO");
  CHECK_THROWS_AS(put_a_pack(*writer), Error);
  os::fault::arm("off");
  CHECK_THROWS_AS(writer->put(ObjectType::chunk, bytes_of("second"), {}), Error);
  CHECK_THROWS_AS(writer->commit(first), Error);
  CHECK(store->list_roots().empty());
  CHECK(files_below(store->directory() / "packs").empty());
}

TEST_CASE("a large file has the same id on any number of threads, and comes back") {
  Bytes content = noise(9'000'000, 3);
  const Bytes text = table_text(3'000'000, 4);
  content.insert(content.begin() + 4'000'000, text.begin(), text.end());
  const Entry alone = make_hash_only_writer()->put_file(source_of(content), {});
  os::ThreadPool pool(4);
  CHECK(make_hash_only_writer(&pool)->put_file(source_of(content), {}) == alone);
  const ::mlops::test::TempDir dir;
  const auto store = Store::open(dir.path() / "store", &pool);
  const auto writer = store->begin_write();
  const Entry file = writer->put_file(source_of(content), {"data", ""});
  writer->commit(file);
  CHECK(file == alone);
  CHECK(read_all(*store, file) == content);
}
