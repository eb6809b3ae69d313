#include "remote/state.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace mlops::remote {
namespace {

using Kind = Record::Kind;

Record pack(Kind kind, std::uint8_t name, std::uint64_t size = 0) {
  return {kind, SessionId{{1}}, Digest{name}, size};
}
Record index(Kind kind, std::uint8_t name, std::uint64_t size = 0) {
  return {kind, {}, Digest{name}, size};
}

TEST_CASE("a state is what its records add up to, and can be written anew") {
  State state;
  state.apply(std::vector{pack(Kind::pack_live, 1, 10),
                          pack(Kind::pack_live, 2, 20),
                          pack(Kind::pack_live, 3, 30),
                          index(Kind::index_live, 1, 5),
                          index(Kind::index_live, 2, 6)},
              "a");
  state.apply(std::vector{pack(Kind::pack_trash, 1),
                          pack(Kind::pack_trash, 2),
                          pack(Kind::pack_gone, 2),
                          index(Kind::index_trash, 1),
                          Record{Kind::session_trash, SessionId{{7}}}},
              "b");
  CHECK(state.packs() == std::map<PackRef, std::uint64_t>{{{SessionId{{1}}, Digest{3}}, 30}});
  CHECK(state.pack_trash() == std::set<PackRef>{{SessionId{{1}}, Digest{1}}});
  CHECK(state.indexes() == std::map<Digest, std::uint64_t>{{Digest{2}, 6}});
  CHECK(state.index_trash() == std::set<Digest>{Digest{1}});
  CHECK(state.session_trash() == std::set<SessionId>{SessionId{{7}}});

  State again;
  again.apply(state.records(), "again");
  CHECK(again.packs() == state.packs());
  CHECK(again.pack_trash() == state.pack_trash());
  CHECK(again.indexes() == state.indexes());
  CHECK(again.index_trash() == state.index_trash());
  CHECK(again.session_trash() == state.session_trash());
}

TEST_CASE("what cannot follow is refused") {
  const std::vector<std::vector<Record>> bad{
      {pack(Kind::pack_live, 1), pack(Kind::pack_live, 1)},
      {pack(Kind::pack_trash, 1)},
      {pack(Kind::pack_live, 1), pack(Kind::pack_gone, 1)},
      {pack(Kind::pack_live, 1), pack(Kind::pack_trash, 1), pack(Kind::pack_live, 1)},
      {index(Kind::index_live, 1), index(Kind::index_live, 1)},
      {index(Kind::index_trash, 1)},
      {index(Kind::index_gone, 1)},
      {index(Kind::root_released, 1)},
      {Record{Kind::session_gone, {}}},
      {Record{Kind::session_trash, {}}, Record{Kind::session_trash, {}}},
      {index(Kind::root, 1), index(Kind::root, 1)}};
  for (const auto& records : bad) {
    State state;
    CHECK_THROWS_AS(state.apply(records, "state"), Error);
  }
}

}  // namespace
}  // namespace mlops::remote
