// What others, the network and the remote do while somebody pushes or fetches.
#include <atomic>
#include <mutex>

#include <catch2/catch.hpp>

#include "os/pool.h"
#include "unit/remote/remote_fixture.h"

namespace mlops::remote {
namespace {

using namespace test;
using Fault = MemoryTransport::Fault;
using Call = MemoryTransport::Call;
using Request = MemoryTransport::Request;
using store::test::check_sample;
using store::test::Sample;
using store::test::write_sample;

void check_fetched(const std::shared_ptr<MemoryServer>& server, const Sample& sample) {
  Colleague other(server);
  REQUIRE(other.fetch({sample.root}).fetched.size() == 1);
  check_sample(other.store(), sample);
}

/// Runs `action` before the first request that `when` says yes to.
MemoryTransport::Plan once(std::function<bool(const Request&)> when, std::function<void()> action) {
  return [when = std::move(when),
          action = std::move(action),
          is_done = std::make_shared<bool>(false)](const Request& request) {
    if (!*is_done && when(request)) {
      *is_done = true;
      action();
    }
    return Fault::none;
  };
}

bool is_index_upload(const Request& request) {
  return request.call == Call::put && request.key.starts_with("index/");
}

TEST_CASE("a pack that gc takes away while a push relies on it is uploaded again", "[case-46]") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  auto writer = ada.store().begin_write();
  auto entries = ada.store().read_node(sample.top.id).entries;
  entries.pop_back();
  Sample other = sample;
  other.top = store::test::directory_of(*writer, entries);
  other.root = writer->commit(other.top);
  writer.reset();
  ada.push({sample.root});

  // gc finds nobody who needs the first version, just when the second, which needs its chunks, is
  // on its way.
  Colleague cleaner(server);
  ada.transport().set_plan(once(is_index_upload, [&] {
    Chain chain = cleaner.chain();
    REQUIRE(chain.open());
    Chain::Change change;
    for (const auto& [pack, size] : chain.state().packs()) {
      change.records.push_back({Record::Kind::pack_trash, pack.session, pack.name});
    }
    change.records.push_back({Record::Kind::root_released, {}, sample.root.bytes});
    const auto packs = keys_below(*server, "packs/");
    REQUIRE(chain.advance(change));
    for (const Record& record : change.records) {
      if (record.kind == Record::Kind::pack_trash) {
        cleaner.transport().remove(pack_key({record.session, record.name}));
      }
    }
  }));
  CHECK(ada.push({other.root}).published.size() == 1);
  Colleague bob(server);
  REQUIRE(bob.fetch({other.root}).fetched.size() == 1);
  CHECK(bob.store().load_root(other.root).top == other.top);
  CHECK(store::test::fsck(bob.store().directory()).is_clean());
}

TEST_CASE("a push whose session was closed begins anew, under another name", "[case-58]") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  Colleague cleaner(server);
  std::vector<SessionId> closed;
  ada.transport().set_plan(once(is_index_upload, [&] {
    Chain chain = cleaner.chain();
    REQUIRE(chain.open());
    REQUIRE(chain.head().sessions.size() == 1);
    closed.push_back(chain.head().sessions[0].id);
    REQUIRE(chain.advance(
        {.records = {{Record::Kind::session_trash, closed[0]}}, .closes = {closed[0]}}));
    for (const std::string& key : keys_below(*server, session_prefix(closed[0]))) {
      cleaner.transport().remove(key);
    }
  }));
  CHECK(ada.push({sample.root}).published.size() == 1);
  REQUIRE(closed.size() == 1);
  CHECK(keys_below(*server, session_prefix(closed[0])).empty());
  check_fetched(server, sample);
}

TEST_CASE("who is closed again and again gives up, and nothing is published") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  Colleague cleaner(server);
  ada.transport().set_plan([&](const Request& request) {
    if (is_index_upload(request)) {
      Chain chain = cleaner.chain();
      REQUIRE(chain.open());
      const SessionId id = chain.head().sessions.at(0).id;
      REQUIRE(chain.advance({.records = {{Record::Kind::session_trash, id}}, .closes = {id}}));
    }
    return Fault::none;
  });
  CHECK(kind_of([&] { ada.push({sample.root}); }) == ErrorKind::conflict);
  Colleague bob(server);
  CHECK(bob.fetch({sample.root}).absent.size() == 1);
}

TEST_CASE("an outcome that nobody knows is looked up, and published once", "[case-38]") {
  const auto fault = GENERATE(Fault::unknown, Fault::unknown_done);
  const auto server = new_server();
  std::atomic<int> times = 0;
  Colleague ada(server, [&](const Request& request) {
    const bool is_head = request.call == Call::put_if_absent && request.key.starts_with("head/");
    return is_head && times++ % 2 == 0 ? fault : Fault::none;
  });
  const Sample sample = write_sample(ada.store());
  CHECK(ada.push({sample.root}).published.size() == 1);
  CHECK(times >= 2);
  Chain chain = ada.chain();
  REQUIRE(chain.open());
  CHECK(chain.head().number == 2);
  CHECK(chain.head().sessions.empty());
  check_fetched(server, sample);
}

TEST_CASE("a push that is cut at any request is repeated, and then all is there", "[case-37]") {
  const auto fault = GENERATE(Fault::fails, Fault::fails_after);
  bool is_through = false;
  for (std::size_t cut = 0; !is_through; ++cut) {
    const auto server = new_server();
    Colleague ada(server);
    const Sample sample = write_sample(ada.store());
    ada.transport().set_plan(
        [&](const Request& request) { return request.number == cut ? fault : Fault::none; });
    INFO("cut at request " << cut);
    try {
      ada.push({sample.root});
      is_through = ada.transport().count() <= cut;
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::network);
      // What is published is whole at any time.
      Colleague bob(server);
      if (!bob.fetch({sample.root}).fetched.empty()) {
        check_sample(bob.store(), sample);
      }
    }
    ada.transport().set_plan({});
    ada.push({sample.root});
    check_fetched(server, sample);
    // The session of the push that died is closed by the next one that has something to do.
    Chain chain = ada.chain();
    REQUIRE(chain.open());
    CHECK(chain.head().sessions.size() <= 1);
  }
}

TEST_CASE("the next push of a clone closes what its dead ones left open") {
  const auto server = new_server();
  Colleague ada(server, [](const Request& request) {
    return request.call == Call::put && request.key.starts_with("packs/") ? Fault::fails
                                                                          : Fault::none;
  });
  const Sample sample = write_sample(ada.store());
  CHECK(kind_of([&] { ada.push({sample.root}); }) == ErrorKind::network);
  CHECK(kind_of([&] { ada.push({sample.root}); }) == ErrorKind::network);
  Chain before = ada.chain();
  REQUIRE(before.open());
  CHECK(before.head().sessions.size() == 1);
  CHECK(before.state().session_trash().size() == 1);
  ada.transport().set_plan({});
  ada.push({sample.root});
  Chain after = ada.chain();
  REQUIRE(after.open());
  CHECK(after.head().sessions.empty());
  CHECK(after.state().session_trash().size() == 2);
  CHECK(ada.cache().find_dead_sessions().empty());
}

TEST_CASE("a fetch that is cut at any request is repeated, and then all is there", "[case-37]") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  ada.push({sample.root});
  bool is_through = false;
  for (std::size_t cut = 0; !is_through; ++cut) {
    Colleague bob(server, [&](const Request& request) {
      return request.number == cut ? Fault::fails : Fault::none;
    });
    INFO("cut at request " << cut);
    try {
      bob.fetch({sample.root});
      is_through = bob.transport().count() <= cut;
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::network);
      CHECK_FALSE(bob.store().find_root(sample.root));
    }
    bob.fetch({sample.root});
    check_sample(bob.store(), sample);
    CHECK(store::test::fsck(bob.store().directory()).is_clean());
  }
}

TEST_CASE("damaged answers are refused or read again, never stored", "[case-41][case-34]") {
  const auto server = new_server();
  Colleague ada(server);
  const Sample sample = write_sample(ada.store());
  ada.push({sample.root});
  const auto fault = GENERATE(Fault::damaged, Fault::cut);
  bool is_through = false;
  for (std::size_t at = 0; !is_through; ++at) {
    Colleague bob(
        server, [&](const Request& request) { return request.number == at ? fault : Fault::none; });
    INFO("damaged at request " << at);
    try {
      bob.fetch({sample.root});
      check_sample(bob.store(), sample);
      is_through = bob.transport().count() <= at;
    } catch (const Error& error) {
      CHECK((error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::config ||
             error.kind() == ErrorKind::conflict));
      CHECK(bob.store().list_roots().empty());
    }
    CHECK(store::test::fsck(bob.store().directory()).is_clean());
  }
}

TEST_CASE("a remote that somebody else makes at any moment of a first push is pushed to") {
  for (std::size_t at = 0;; ++at) {
    INFO("made before request " << at);
    const auto server = new_server();
    Colleague ada(server);
    Colleague bob(server);
    const Sample hers = write_sample(ada.store(), 1);
    const Sample his = write_sample(bob.store(), 2);
    bool is_made = false;
    bob.transport().set_plan(once([&](const Request& request) { return request.number == at; },
                                  [&] {
                                    ada.push({hers.root});
                                    is_made = true;
                                  }));
    bob.push({his.root});
    if (!is_made) {
      break;
    }
    check_fetched(server, hers);
    check_fetched(server, his);
  }
}

TEST_CASE("pushers at once all publish", "[case-46]") {
  constexpr std::size_t kPushers = 4;
  const auto server = new_server();
  std::vector<std::unique_ptr<Colleague>> pushers;
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < kPushers; ++i) {
    pushers.push_back(std::make_unique<Colleague>(server));
    // Two each have the same data.
    samples.push_back(write_sample(pushers.back()->store(), 1 + i / 2));
  }
  os::ThreadPool pool(kPushers);
  pool.for_each(kPushers, [&](std::size_t i) { pushers[i]->push({samples[i].root}); });
  for (const Sample& sample : samples) {
    check_fetched(server, sample);
  }
  Chain chain = pushers[0]->chain();
  REQUIRE(chain.open());
  CHECK(chain.head().sessions.empty());
}

}  // namespace
}  // namespace mlops::remote
