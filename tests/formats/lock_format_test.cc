#include <catch2/catch.hpp>

#include "sample.h"
#include "workspace/lock_file.h"

using namespace mlops;
using namespace mlops::formats;
using workspace::Lock;
using workspace::LockedInstance;

namespace {

constexpr auto kBlob = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
constexpr auto kBlob256 = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";

LockedInstance instance_of(std::string stage, std::map<std::string, std::string> matrix) {
  LockedInstance instance;
  instance.stage = std::move(stage);
  instance.matrix = std::move(matrix);
  instance.environment = "process:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  instance.grade = "weak";
  return instance;
}

/// Every kind of parameter, every escape, every kind of dep.
LockedInstance prepare() {
  auto instance = instance_of("prepare", {});
  instance.cmd = {
      "python3", "prepare.py", "--title", "\"r\xC3\xA9sum\xC3\xA9\" \\ a\tb\nc\x01\x7F", ""};
  instance.grade = "observed";
  instance.params = {{"bare_key-1", "true"},
                     {"float.exponent", "1e+300"},
                     {"float.large", "123456789012345683968.0"},
                     {"float.negative_zero", "-0.0"},
                     {"float.small", "5e-324"},
                     {"float.tenth", "0.1"},
                     {"float.whole", "1.0"},
                     {"integer.largest", "9223372036854775807"},
                     {"integer.smallest", "-9223372036854775808"},
                     {"integer.too_large", "18446744073709551615"},
                     {"list.deep", "[[[[1]]]]"},
                     {"list.deeper", "[[[[[1]]]]]"},
                     {"list.empty", "[]"},
                     {"list.mixed", "[1,1.5,\"x\",false,[]]"},
                     {"list.with_null", "[null]"},
                     {"no", "false"},
                     {"null", "null"},
                     {"string.empty", "\"\""},
                     {"string.nul", "\"a\\u0000b\""},
                     {"string.number", "\"1\""},
                     {"string.unicode", "\"\xE6\x97\xA5\xE6\x9C\xAC\""},
                     {"table", R"({"a":1,"b":[2,null]})"},
                     {"with \"quotes\"", "0"}};
  instance.deps = {{".git/HEAD", id_of(0x11), ""},
                   {"data/raw", id_of(0x12), ""},
                   {"prepare.py", std::nullopt, kBlob},
                   {"src/\xC3\xA9t\xC3\xA9 \"1\".py", std::nullopt, kBlob256}};
  instance.outs = {{"data/clean", id_of(0x21), 12, 48'210'331},
                   {"data/\xE6\x97\xA5\xE6\x9C\xAC.csv", id_of(0x22), 1, 0}};
  return instance;
}

/// Instances in their order: as text 10 comes before 2, and a string before a number.
Lock sample_lock() {
  Lock lock;
  lock.instances.push_back(prepare());
  const std::map<std::string, std::string> axes = {{"deep", "true"}, {"rate", "0.5"}};
  for (const std::string fold : {"\"x\"", "10", "2"}) {
    auto matrix = axes;
    matrix["fold"] = fold;
    auto train = instance_of("train", matrix);
    train.cmd = {"python3 train.py > log.txt"};
    train.shell = true;
    train.grade = fold == "10" ? "strong" : "pinned";
    train.deps = {{"data/clean", id_of(0x21), ""}};
    train.outs = {{"models/" + std::to_string(lock.instances.size()) + ".bin", id_of(0x31), 1, 7}};
    lock.instances.push_back(std::move(train));
  }
  auto bare = instance_of("train-all", {});
  bare.cmd = {"true"};
  lock.instances.push_back(std::move(bare));
  return lock;
}

}  // namespace

TEST_CASE("the lock of schema 1 is read for ever and written the same", "[lock]") {
  const auto text = sample_text("lock/pipeline.lock");
  const Lock lock = workspace::parse_lock(text, "pipeline.lock");
  CHECK(lock.instances == sample_lock().instances);
  CHECK(workspace::format_lock(lock) == text);
}

TEST_CASE("write the lock of this version", "[.write]") {
  test::write_file("lock/pipeline.lock", workspace::format_lock(sample_lock()));
}
