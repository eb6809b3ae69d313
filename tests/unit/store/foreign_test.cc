#include "store/foreign.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "codec/sha256.h"
#include "unit/store/store_fixture.h"

using namespace mlops::store;
using namespace mlops::store::test;
using mlops::Error;

namespace {

const std::string kMd5(32, 'a');
const std::string kOther(32, 'b');
const std::string kSha256(64, 'c');

ForeignId foreign_of(std::string_view text) {
  return parse_foreign(text).value();
}

/// A store with one version, that of the sample.
struct ForeignPlace {
  ::mlops::test::TempDir dir;
  fs::path path = dir.path() / "store";
  std::unique_ptr<Store> store = Store::open(path);
  ObjectId root = write_sample(*store).root;

  void plant(std::string_view text) const {
    const auto bytes = bytes_of(text);
    fs::create_directories(path / "foreign");
    write_bytes(path / "foreign" / mlops::to_hex(mlops::codec::sha256(bytes)), bytes);
  }
  std::string line(std::string_view id) const {
    return std::string(id) + " " + format_root(root) + "\n";
  }
};

}  // namespace

TEST_CASE("a foreign id reads back as it was written, and nothing else is one") {
  for (const std::string& text : {std::string("md5:") + kMd5,
                                  "md5:" + kMd5 + ".dir",
                                  "md5-dos2unix:" + kMd5 + ".exec",
                                  "sha256:" + kSha256}) {
    CHECK(format_foreign(foreign_of(text)) == text);
  }
  for (const std::string& text : {std::string(),
                                  kMd5,
                                  std::string("md5:"),
                                  "md5:" + kSha256,
                                  "sha256:" + kMd5,
                                  "sha1:" + kMd5,
                                  "md5:" + std::string(32, 'A'),
                                  "md5:" + std::string(31, 'a') + "/",
                                  "md5:" + kMd5 + ".dir.exec",
                                  "md5:" + kMd5 + " "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_foreign(text));
  }
}

TEST_CASE("a store without foreign versions has no map, and looking makes none") {
  const ForeignPlace place;
  CHECK_FALSE(has_foreign_versions(place.path));
  CHECK_FALSE(place.store->foreign().has_any());
  CHECK_FALSE(place.store->foreign().find(foreign_of("md5:" + kMd5)));
  CHECK(place.store->foreign().find_roots_in(kMd5).empty());
  CHECK_FALSE(has_foreign_versions(place.path));
}

TEST_CASE("foreign versions are found by their id, in this process and another") {
  const ForeignPlace place;
  place.store->add_foreign({{foreign_of("md5:" + kMd5 + ".dir"), place.root}});
  place.store->add_foreign({{foreign_of("sha256:" + kSha256), place.root}});
  const auto again = Store::open(place.path);
  for (const Store* store : {place.store.get(), again.get()}) {
    CHECK(store->foreign().find(foreign_of("md5:" + kMd5 + ".dir")) == place.root);
    CHECK_FALSE(store->foreign().find(foreign_of("md5:" + kMd5)));
    CHECK_FALSE(store->foreign().find(foreign_of("md5-dos2unix:" + kMd5 + ".dir")));
    CHECK(store->foreign().has_any_of(ForeignId::Hash::sha256));
    CHECK(store->foreign().has_any_of(ForeignId::Hash::md5));
    CHECK_FALSE(store->foreign().has_any_of(ForeignId::Hash::md5_dos2unix));
  }
  CHECK(has_foreign_versions(place.path));
  // What is known is not written again.
  const auto before = files_below(place.path / "foreign");
  place.store->add_foreign({{foreign_of("sha256:" + kSha256), place.root}});
  CHECK(files_below(place.path / "foreign") == before);
}

TEST_CASE("what another process adds is seen after a reload, which says so") {
  const ForeignPlace place;
  const auto other = Store::open(place.path);
  other->add_foreign({{foreign_of("md5:" + kMd5), place.root}});
  CHECK(other->foreign().has_any());
  CHECK_FALSE(other->foreign().reload());
  place.store->add_foreign({{foreign_of("md5:" + kOther), place.root}});
  CHECK_FALSE(other->foreign().find(foreign_of("md5:" + kOther)));
  CHECK(other->foreign().reload());
  CHECK(other->foreign().find(foreign_of("md5:" + kOther)) == place.root);
}

TEST_CASE("every run of hex digits in a text is taken for a name") {
  const ForeignPlace place;
  place.store->add_foreign({{foreign_of("md5:" + kMd5 + ".dir"), place.root}});
  const ForeignVersions& foreign = place.store->foreign();
  CHECK(foreign.find_roots_in("- md5: " + kMd5 + ".dir\n").size() == 1);
  CHECK(foreign.find_roots_in(kMd5).size() == 1);
  CHECK(foreign.find_roots_in("<<<<\n'" + kMd5 + "' x").size() == 1);
  CHECK(foreign.find_roots_in(kMd5 + "0").empty());
  CHECK(foreign.find_roots_in(kOther).empty());
}

TEST_CASE("a version whose root is gone counts as absent, and can come again") {
  const ForeignPlace place;
  const ObjectId gone = compute_id(ObjectType::chunk, bytes_of("gone"));
  place.plant("mlops-foreign 1\nmd5:" + kMd5 + " " + format_root(gone) + "\n");
  CHECK_FALSE(place.store->foreign().find(foreign_of("md5:" + kMd5)));
  CHECK(place.store->foreign().find_dead().size() == 1);
  place.store->add_foreign({{foreign_of("md5:" + kMd5), place.root}});
  CHECK(place.store->foreign().find(foreign_of("md5:" + kMd5)) == place.root);
  CHECK(place.store->foreign().find_dead().size() == 1);
}

TEST_CASE("a map that is damaged is an error, never fewer versions", "[case-27]") {
  const ForeignPlace place;
  place.store->add_foreign({{foreign_of("md5:" + kMd5), place.root}});
  const fs::path file = files_below(place.path / "foreign").front();
  const Bytes bytes = read_bytes(file);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes flipped = bytes;
    flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ 1U);
    write_bytes(file, flipped);
    CAPTURE(at);
    const auto store = Store::open(place.path);
    REQUIRE(store->foreign().has_any());
    REQUIRE_FALSE(store->foreign().find(foreign_of("md5:" + kMd5 + ".dir")));
    REQUIRE_THROWS_AS(store->foreign().find_roots_in(kMd5), Error);
    REQUIRE(store->foreign().damaged().size() == 1);
    REQUIRE(store->foreign().find_problems().size() == 1);
    write_bytes(file, std::span(bytes).first(at));
    REQUIRE_THROWS_AS(Store::open(place.path)->foreign().find_roots_in(""), Error);
  }
  CHECK_FALSE(fsck(place.path).is_clean());
}

TEST_CASE("a map of another form is an error, whatever its name", "[case-23]") {
  const std::string good = "md5:" + kMd5;
  const ForeignPlace model;
  for (const std::string& text :
       {std::string(),
        std::string("mlops-foreign 2\n"),
        "mlops-foreign 1\n" + model.line(good) + model.line(good),
        "mlops-foreign 1\n" + model.line("sha256:" + kSha256) + model.line(good),
        "mlops-foreign 1\n" + model.line("md5:" + kSha256),
        "mlops-foreign 1\n" + good + "\n",
        "mlops-foreign 1\n" + good + " r1:00\n",
        "mlops-foreign 1\n" + model.line(good) + "\n",
        "mlops-foreign 1\n" + good + " x " + model.line("")}) {
    const ForeignPlace place;
    place.plant(text);
    CAPTURE(text);
    CHECK_THROWS_AS(place.store->foreign().find_roots_in(kMd5), Error);
    CHECK_FALSE(place.store->foreign().find(foreign_of(good)));
    // Only what is in it is hurt.
    CHECK(place.store->foreign().damaged().size() == 1);
    place.store->add_foreign({{foreign_of("md5:" + kOther), place.root}});
    CHECK(place.store->foreign().find(foreign_of("md5:" + kOther)) == place.root);
  }
  const ForeignPlace linked;
  fs::create_directory_symlink(linked.dir.path(), linked.path / "foreign");
  CHECK_THROWS_AS(linked.store->foreign().has_any(), Error);
}
