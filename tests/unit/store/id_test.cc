#include "store/id.h"

#include <set>

#include <catch2/catch.hpp>

#include "unit/store/store_fixture.h"

using namespace mlops::store;
using namespace mlops::store::test;

TEST_CASE("ids of mlops-store(5)") {
  CHECK(compute_id(ObjectType::chunk, {}).hex() ==
        "14a54ee0444b1a3c2ebe730c16b992394f06d3f151aa8cf2a6bd116066e49bc5");
  CHECK(compute_id(ObjectType::chunk, bytes_of("hello\n")).hex() ==
        "99962b0466a46e66a039d15028c0400f8873166439f30fd752ec60750bc28e62");
}

TEST_CASE("the type is part of the id", "[case-30]") {
  const Bytes content = bytes_of("the same bytes");
  std::set<std::string> ids;
  for (const ObjectType type :
       {ObjectType::chunk, ObjectType::file, ObjectType::node, ObjectType::root}) {
    ids.insert(compute_id(type, content).hex());
  }
  CHECK(ids.size() == 4);
}

TEST_CASE("a root is written with its prefix and read back") {
  const ObjectId id = compute_id(ObjectType::root, bytes_of("x"));
  CHECK(parse_root(format_root(id)) == id);
  CHECK(ObjectId::parse(id.hex()) == id);
  for (const std::string& text : {std::string(),
                                  std::string("r1:"),
                                  id.hex(),
                                  "r2:" + id.hex(),
                                  "r1:" + id.hex() + "0",
                                  "r1:" + id.hex().substr(1),
                                  " r1:" + id.hex(),
                                  "r1:" + std::string(64, 'G'),
                                  format_root(id) + "\r"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_root(text));
  }
}
