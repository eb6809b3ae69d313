#include <catch2/catch.hpp>

#include "pipeline/cache_entry.h"
#include "sample.h"
#include "store/store.h"

using namespace mlops;
using namespace mlops::formats;
using namespace mlops::pipeline;

namespace {

/// Every kind of part, and text that is not UTF-8.
KeyParts sample_parts() {
  return {{"command", "argv 7:python3,8:caf\xE9 \"1\",0:,"},
          {"dep data/raw", "directory 300009 " + id_of(1).hex()},
          {"dep run.sh", "executable 10 " + id_of(2).hex()},
          {"dep src/a.py", "file 12 " + id_of(3).hex()},
          {"env LANG", "unset"},
          {"env LC_ALL", "set C.UTF-8"},
          {"environment", "process:" + id_of(4).hex()},
          {"out m.json", "metrics uncached"},
          {"out model.bin", "data persist"},
          {"param train.lr", "0.1"},
          {"platform", "linux/amd64"},
          {"workdir", "."}};
}

CacheEntry sample_entry() {
  CacheEntry entry;
  entry.parts = sample_parts();
  entry.environment = "process:" + id_of(4).hex();
  entry.grade = "observed";
  entry.run_id = "20261122-201408-k3f9";
  MadeOutRecord model;
  model.path = "model.bin";
  model.entry = {
      .name = "", .kind = store::EntryKind::directory, .size = 7, .files = 2, .id = id_of(5)};
  model.root = id_of(6);
  MadeOutRecord metrics;
  metrics.path = "m.json";
  metrics.entry = {
      .name = "", .kind = store::EntryKind::file, .size = 4, .files = 1, .id = id_of(7)};
  entry.outs = {model, metrics};
  return entry;
}

std::string result_file(const store::ObjectId& key) {
  return "results/" + key.hex().substr(0, 2) + "/" + key.hex();
}

}  // namespace

TEST_CASE("entries of the run cache are read for ever and written the same", "[run_cache]") {
  const auto key = compute_key(sample_parts());
  const auto bytes = sample_text("run-cache/" + result_file(key));
  const test::TempDir temp;
  const auto store = store::Store::open(temp / "store");
  test::write_file(temp / "store" / result_file(key), bytes);
  const auto text = store->find_result(key);
  REQUIRE(text);
  Instance instance;
  instance.outs.resize(2);
  instance.outs[0].path = "model.bin";
  instance.outs[1].path = "m.json";
  const auto entry = decode_cache_entry(*text, instance);
  REQUIRE(entry);
  const auto expected = sample_entry();
  CHECK(entry->parts == expected.parts);
  CHECK(entry->environment == expected.environment);
  CHECK(entry->grade == expected.grade);
  CHECK(entry->run_id == expected.run_id);
  REQUIRE(entry->outs.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(entry->outs[i].path == expected.outs[i].path);
    CHECK(entry->outs[i].entry == expected.outs[i].entry);
    CHECK(entry->outs[i].root == expected.outs[i].root);
  }
  store->put_result(key, encode_cache_entry(expected));
  CHECK(test::read_file(temp / "store" / result_file(key)) == bytes);
}

TEST_CASE("the last key of an instance is read for ever and written the same", "[run_cache]") {
  const auto text = sample_text("run-cache/last-key.json");
  CHECK(decode_parts(text) == sample_parts());
  CHECK(encode_parts(sample_parts()) == text);
}

TEST_CASE("write the run cache of this version", "[.write]") {
  const auto store = store::Store::open("store");
  const auto key = compute_key(sample_parts());
  store->put_result(key, encode_cache_entry(sample_entry()));
  test::write_file("run-cache/" + result_file(key), test::read_file("store/" + result_file(key)));
  test::write_file("run-cache/last-key.json", encode_parts(sample_parts()));
}
