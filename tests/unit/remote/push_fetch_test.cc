// Versions on their way to a remote and back, where nothing goes wrong but what others do.
#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "remote/remote_index.h"
#include "unit/remote/remote_fixture.h"

namespace mlops::remote {
namespace {

using namespace test;
using store::test::check_sample;
using store::test::Sample;
using store::test::write_sample;

TEST_CASE("what one pushes, others fetch") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  const PushReport pushed = ada.push({sample.root});
  REQUIRE(pushed.published.size() == 1);
  CHECK(pushed.published[0].id == sample.root);
  CHECK(pushed.objects > 5);
  CHECK(pushed.packs == 1);

  Colleague bob(server);
  const FetchReport fetched = bob.fetch({sample.root});
  CHECK(fetched.fetched == std::vector{sample.root});
  CHECK(fetched.packs == 1);
  check_sample(bob.store(), sample);
  CHECK(store::test::fsck(bob.store().directory()).is_clean());
  // The same content, added by Bob, is the same version.
  CHECK(write_sample(bob.store()).root == sample.root);
}

TEST_CASE("a push with nothing to do takes two requests, a fetch none") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  ada.push({sample.root});
  const PushReport again = ada.push({sample.root});
  CHECK(ada.requests() <= 2);
  CHECK(again.published.empty());
  CHECK(again.present == 1);
  CHECK(again.packs == 0);
  CHECK(ada.fetch({sample.root}).present == 1);
  CHECK(ada.requests() == 0);
  // Another process of another clone needs the format and the states once.
  Colleague bob(server);
  bob.fetch({sample.root});
  CHECK(bob.push({sample.root}).present == 1);
  CHECK(bob.requests() <= 2);
}

TEST_CASE("only what is missing is pushed and fetched") {
  const auto server = new_server();
  Colleague ada(server);
  Colleague bob(server);
  const Sample first = write_sample(ada.store(), 1);
  ada.push({first.root});
  bob.fetch({first.root});

  auto writer = ada.store().begin_write();
  const store::Node top = ada.store().read_node(first.top.id);
  auto entries = top.entries;
  const store::Entry added =
      writer->put_file(store::test::source_of(store::test::table_text(5000, 77)), {"data", ""});
  entries.push_back(store::test::named(added, "zz.csv"));
  const store::ObjectId second = writer->commit(store::test::directory_of(*writer, entries));

  const PushReport pushed = ada.push({second});
  CHECK(pushed.objects == 2);  // a directory and a chunk
  const FetchReport fetched = bob.fetch({first.root, second});
  CHECK(fetched.present == 1);
  CHECK(fetched.objects == 1);
  CHECK(bob.store().load_root(second).top.files == 5);
}

TEST_CASE("what belongs to other versions never leaves") {
  const auto server = new_server();
  Colleague ada(server);
  // Of one session, so that they may lie in one pack.
  auto writer = ada.store().begin_write();
  const Sample secret = store::test::put_sample(*writer, 2);
  const Sample open = store::test::put_sample(*writer, 1);
  const store::ObjectId open_root = writer->commit(open.top);
  const store::ObjectId secret_root = writer->commit(secret.top);
  ada.push({open_root});

  Chain chain = ada.chain();
  REQUIRE(chain.open());
  RemoteIndex index;
  index.update(chain);
  CHECK(index.contains(open.top.id));
  CHECK_FALSE(index.contains(secret.top.id));
  CHECK_FALSE(chain.state().roots().contains(secret_root));
  const std::string text(secret.small.begin(), secret.small.begin() + 200);
  for (const std::string& key : keys_below(*server, "")) {
    const Bytes& bytes = server->objects.at(key);
    CHECK(std::string(bytes.begin(), bytes.end()).find(text) == std::string::npos);
  }
  Colleague bob(server);
  CHECK(bob.fetch({secret_root}).absent == std::vector{secret_root});
  Sample fetched = open;
  fetched.root = open_root;
  bob.fetch({open_root});
  check_sample(bob.store(), fetched);
}

TEST_CASE("a small part of a pack is read as ranges") {
  const auto server = new_server();
  Colleague ada(server);
  auto writer = ada.store().begin_write();
  const store::PlacementHint hint{"data", ""};
  const auto put = [&](std::uint64_t seed, std::size_t size) {
    return writer->put_file(store::test::source_of(store::test::noise(size, seed)), hint);
  };
  const store::Entry small = put(1, 40'000);
  const store::Entry large = put(2, 3'000'000);
  const auto both = writer->commit(store::test::directory_of(
      *writer, {store::test::named(large, "large"), store::test::named(small, "small")}));
  const auto one =
      writer->commit(store::test::directory_of(*writer, {store::test::named(small, "small")}));
  ada.push({both, one});

  Colleague bob(server);
  const FetchReport fetched = bob.fetch({one});
  CHECK(fetched.packs == 0);
  CHECK(fetched.bytes < 600'000);
  CHECK(store::test::read_all(bob.store(), small) == store::test::noise(40'000, 1));
  CHECK(bob.fetch({both}).fetched.size() == 1);
  CHECK(store::test::read_all(bob.store(), large) == store::test::noise(3'000'000, 2));
  CHECK(store::test::fsck(bob.store().directory()).is_clean());
}

TEST_CASE("a part of a version is its directories and some of its files") {
  const auto server = new_server();
  Colleague ada(server);
  auto writer = ada.store().begin_write();
  std::vector<store::Entry> entries;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const auto bytes = store::test::noise(60'000, i + 1);
    entries.push_back(
        store::test::named(writer->put_file(store::test::source_of(bytes), {"data", ""}),
                           "file" + std::to_string(10 + i)));
  }
  const store::Entry inner = store::test::directory_of(*writer, entries, "inner");
  const auto root = writer->commit(store::test::directory_of(*writer, {inner}));
  ada.push({root});

  Colleague bob(server);
  NoProgress progress;
  FetchRequest request;
  request.roots = {{root, {"inner/file12", "inner/absent"}}};
  Chain chain = bob.chain();
  const FetchReport report = fetch(chain, bob.store(), request, progress, CancelToken());
  CHECK(report.fetched.size() == 1);
  CHECK(report.packs == 0);
  CHECK(report.bytes < 300'000);
  CHECK_FALSE(bob.store().find_root(root));
  REQUIRE(bob.store().find_partial_root(root));
  CHECK(bob.store().list_partial_roots() == std::vector{root});
  CHECK(store::test::read_all(bob.store(), entries[2]) == store::test::noise(60'000, 3));
  CHECK_FALSE(bob.store().contains(entries[3].id));
  CHECK(store::test::fsck(bob.store().directory()).is_clean());

  // gc keeps the part while something names it.
  store::GcRequest gc;
  gc.mode = store::GcMode::remove;
  gc.find_live = [&] { return std::vector{root}; };
  bob.store().gc(gc, progress, CancelToken());
  CHECK(store::test::read_all(bob.store(), entries[2]) == store::test::noise(60'000, 3));
  // The rest makes it whole.
  CHECK(bob.fetch({root}).fetched.size() == 1);
  CHECK(bob.store().find_root(root));
  CHECK(bob.store().list_partial_roots().empty());
  CHECK(store::test::read_all(bob.store(), entries[3]) == store::test::noise(60'000, 4));
}

/// Ada's version of many files and a large one, of which Bob has the small "inner/near" alone, and
/// what he made of that: the same with a file more.
struct AddedToAPart {
  AddedToAPart() {
    auto writer = ada.store().begin_write();
    const auto put = [&](const Bytes& bytes) {
      return writer->put_file(store::test::source_of(bytes), {"data", ""});
    };
    near = put(store::test::noise(40'000, 1));
    far = put(store::test::noise(90'000, 2));
    large = put(large_bytes);
    const store::Entry inner = store::test::directory_of(
        *writer, {store::test::named(far, "far"), store::test::named(near, "near")}, "inner");
    whole = writer->commit(
        store::test::directory_of(*writer, {inner, store::test::named(large, "large")}));
    ada.push({whole});

    FetchRequest request;
    request.roots = {{whole, {"inner/near"}}};
    Chain chain = bob.chain();
    fetch(chain, bob.store(), request, progress, CancelToken());
    auto adder = bob.store().begin_write();
    auto entries = bob.store().read_node(bob.store().find_partial_root(whole)->top.id).entries;
    entries.push_back(store::test::named(
        adder->put_file(store::test::source_of(new_bytes), {"data", ""}), "new"));
    top = store::test::directory_of(*adder, entries);
    added = adder->commit_part(top);
  }

  const Bytes large_bytes = store::test::noise(3'000'000, 3);
  const Bytes new_bytes = store::test::noise(50'000, 4);
  NoProgress progress;
  std::shared_ptr<MemoryServer> server = new_server();
  Colleague ada{server};
  Colleague bob{server};
  store::Entry near;
  store::Entry far;
  store::Entry large;
  store::ObjectId whole;  ///< Ada's
  store::Entry top;
  store::ObjectId added;  ///< Bob's
};

TEST_CASE("a part that was added to is pushed where the rest is") {
  AddedToAPart a;
  CHECK_FALSE(a.bob.store().find_root(a.added));
  CHECK(a.bob.store().begin_write()->commit_part(a.top) == a.added);
  CHECK_THROWS_AS(store::test::read_all(a.bob.store(), a.far), Error);
  CHECK(store::test::fsck(a.bob.store().directory()).is_clean());
  store::GcRequest gc;
  gc.mode = store::GcMode::remove;
  gc.find_live = [&] { return std::vector{a.added}; };
  a.bob.store().gc(gc, a.progress, CancelToken());
  CHECK(store::test::read_all(a.bob.store(), a.near) == store::test::noise(40'000, 1));

  const PushReport pushed = a.bob.push({a.added});
  CHECK(pushed.published.size() == 1);
  CHECK(pushed.objects == 2);  // a directory and a chunk
  CHECK(pushed.bytes < 100'000);
  Colleague eve(a.server);
  CHECK(eve.fetch({a.added}).fetched.size() == 1);
  CHECK(eve.store().load_root(a.added).top == a.top);
  CHECK(store::test::read_all(eve.store(), a.large) == a.large_bytes);
  CHECK(store::test::fsck(eve.store().directory()).is_clean());
}

TEST_CASE("a part that was added to, and not pushed, is completed from where it came from") {
  AddedToAPart a;
  CHECK(a.bob.fetch({a.added}).fetched == std::vector{a.added});
  CHECK(a.bob.store().load_root(a.added).top == a.top);
  CHECK(a.bob.store().list_partial_roots() == std::vector{a.whole});
  CHECK(store::test::read_all(a.bob.store(), a.large) == a.large_bytes);
}

TEST_CASE("what becomes whole by an add keeps its id") {
  AddedToAPart a;
  auto writer = a.bob.store().begin_write();
  writer->put_file(store::test::source_of(store::test::noise(90'000, 2)), {"data", ""});
  writer->put_file(store::test::source_of(a.large_bytes), {"data", ""});
  CHECK(writer->commit(a.top, "data") == a.added);
  CHECK(a.bob.store().list_partial_roots() == std::vector{a.whole});
  CHECK(a.bob.store().find_root(a.added));
  CHECK(store::test::fsck(a.bob.store().directory()).is_clean());
}

TEST_CASE("a part is not published where the rest is not, down to the last chunk") {
  AddedToAPart a;
  SECTION("of the files") {
    const auto elsewhere = new_server();
    MemoryTransport transport(elsewhere);
    const TempDir cache;
    for (const auto mode : {PushRequest::Mode::dry_run, PushRequest::Mode::push}) {
      Chain chain(transport, Cache(cache.path() / "remote"), "memory://elsewhere");
      PushRequest request;
      request.roots = {{a.added, "data"}};
      request.mode = mode;
      CHECK(kind_of([&] { push(chain, a.bob.store(), request, a.progress, CancelToken()); }) ==
            ErrorKind::corrupt);
      CHECK(chain.state().roots().empty());
    }
  }
  SECTION("of the chunks of a list that is there") {
    // Ada's next version has the list of the large file with other chunks at its end; then somebody
    // cleans too much: the pack that has all other chunks.
    auto writer = a.ada.store().begin_write();
    Bytes longer = a.large_bytes;
    const Bytes end = store::test::noise(100'000, 9);
    longer.insert(longer.end(), end.begin(), end.end());
    const store::Entry file = writer->put_file(store::test::source_of(longer), {"data", ""});
    const auto next =
        writer->commit(store::test::directory_of(*writer, {store::test::named(file, "longer")}));
    writer.reset();
    a.ada.push({next});
    Chain cleaner = a.ada.chain();
    REQUIRE(cleaner.open());
    Chain::Change change;
    const auto& packs = cleaner.state().packs();
    const auto largest =
        std::max_element(packs.begin(), packs.end(), [](const auto& one, const auto& other) {
          return one.second < other.second;
        });
    change.records.push_back(
        {Record::Kind::pack_trash, largest->first.session, largest->first.name});
    REQUIRE(cleaner.advance(change));

    auto adder = a.bob.store().begin_write();
    auto entries = a.bob.store().read_node(a.top.id).entries;
    entries.insert(entries.begin() + 2, store::test::named(file, "longer"));
    std::erase_if(entries, [](const store::Entry& entry) { return entry.name == "large"; });
    std::erase_if(entries, [](const store::Entry& entry) { return entry.name == "inner"; });
    const auto part = adder->commit_part(store::test::directory_of(*adder, entries));
    adder.reset();
    CHECK(kind_of([&] { a.bob.push({part}); }) == ErrorKind::corrupt);
    Chain after = a.bob.chain();
    REQUIRE(after.open());
    CHECK_FALSE(after.state().roots().contains(part));
  }
}

TEST_CASE("damage of a part that is here is named with its version") {
  AddedToAPart a;
  for (const auto& pack : store::test::files_below(a.bob.store().directory() / "packs")) {
    Bytes bytes = store::test::read_bytes(pack);
    for (std::size_t at = 20'000; at < bytes.size(); at += 20'000) {
      bytes[at] ^= 1U;
    }
    store::test::write_bytes(pack, bytes);
  }
  const auto report = store::test::fsck(a.bob.store().directory());
  const auto damage = std::find_if(report.damages.begin(),
                                   report.damages.end(),
                                   [&](const store::Damage& one) { return one.id == a.near.id; });
  REQUIRE(damage != report.damages.end());
  CHECK(std::set(damage->roots.begin(), damage->roots.end()) == std::set{a.whole, a.added});
  for (const store::Damage& one : report.damages) {
    CHECK(one.problem != "missing");
  }
}

TEST_CASE("a dry run says what would go, and does nothing") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  NoProgress progress;
  Chain chain = ada.chain();
  PushRequest request;
  request.roots = {{sample.root, "data"}};
  request.mode = PushRequest::Mode::dry_run;
  const PushReport report = push(chain, ada.store(), request, progress, CancelToken());
  CHECK(report.published.size() == 1);
  CHECK(report.objects > 5);
  CHECK(server->objects.empty());

  ada.push({sample.root});
  Colleague bob(server);
  Chain other = bob.chain();
  FetchRequest fetch_request;
  fetch_request.roots = {{sample.root}};
  fetch_request.mode = FetchRequest::Mode::dry_run;
  CHECK(fetch(other, bob.store(), fetch_request, progress, CancelToken()).fetched.size() == 1);
  CHECK(bob.store().list_roots().empty());
}

TEST_CASE("many pushes leave few states, and a fresh clone reads them all") {
  const auto server = new_server();
  Colleague ada(server);
  std::vector<Sample> samples;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    auto writer = ada.store().begin_write();
    Sample sample;
    sample.small = store::test::table_text(2000, seed);
    const auto file = writer->put_file(store::test::source_of(sample.small), {"data", ""});
    sample.root = writer->commit(file);
    sample.top = file;
    ada.push({sample.root});
    samples.push_back(sample);
  }
  Chain chain = ada.chain();
  REQUIRE(chain.open());
  CHECK(chain.head().states.size() <= 5);
  CHECK(chain.head().sessions.empty());
  CHECK(chain.state().roots().size() == 12);
  Colleague bob(server);
  std::vector<store::ObjectId> roots;
  for (const Sample& sample : samples) {
    roots.push_back(sample.root);
  }
  CHECK(bob.fetch(roots).fetched.size() == 12);
  for (const Sample& sample : samples) {
    CHECK(store::test::read_all(bob.store(), sample.top) == sample.small);
  }
}

TEST_CASE("a version that is not whole here is not published") {
  const auto server = new_server();
  Colleague ada(server);
  store::ObjectId absent;
  absent.bytes.fill(3);
  CHECK(kind_of([&] { ada.push({absent}); }) == ErrorKind::corrupt);
  Colleague bob(server);
  CHECK(bob.fetch({absent}).absent.size() == 1);
}

}  // namespace
}  // namespace mlops::remote
