#include "remote/protocol.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "store/tree.h"

namespace mlops::remote {
namespace {

Record root_record(std::uint8_t salt) {
  store::Root root;
  root.salt.fill(salt);
  root.top.id.bytes.fill(7);
  const auto bytes = store::encode_root(root);
  const auto id = store::compute_id(store::ObjectType::root, bytes);
  return {Record::Kind::root, {}, id.bytes, 0, bytes, "data/x"};
}

std::vector<Record> every_record() {
  SessionId session;
  session.bytes.fill(1);
  Digest name{};
  name.fill(2);
  using Kind = Record::Kind;
  return {{Kind::pack_live, session, name, 33'554'432},
          {Kind::pack_trash, session, name},
          {Kind::pack_gone, session, name},
          {Kind::index_live, {}, name, 300},
          {Kind::index_trash, {}, name},
          {Kind::index_gone, {}, name},
          root_record(3),
          {Kind::root_released, {}, name},
          {Kind::session_trash, session},
          {Kind::session_gone, session}};
}

Head sample_head() {
  Head head;
  head.remote.fill(9);
  head.number = 41;
  head.previous.fill(8);
  head.nonce.fill(7);
  head.states = {{Digest{1}, 100}, {Digest{2}, 200}};
  head.sessions = {{SessionId{{3}}, 1'700'000'000}};
  return head;
}

/// Whatever the bytes are: a refusal, or what would be written like that.
template <typename Decode, typename Encode>
void check_hostile(const Bytes& sound, const Decode& decode, const Encode& encode) {
  const auto look = [&](const Bytes& bytes) {
    bool is_good = false;
    try {
      is_good = encode(decode(bytes)) == bytes;
    } catch (const Error& error) {
      is_good = error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::config;
    }
    CHECK(is_good);
  };
  for (std::size_t size = 0; size < sound.size(); ++size) {
    look(Bytes(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Bytes turned = sound;
    turned[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    look(turned);
  }
  Bytes longer = sound;
  longer.push_back(0);
  look(longer);
}

TEST_CASE("records of every kind are read as they were written") {
  const auto records = every_record();
  CHECK(decode_state(encode_state(records), "state") == records);
  CHECK(decode_state(encode_state({}), "state").empty());
}

TEST_CASE("a state of any bytes is refused, or is what it says", "[case-27]") {
  check_hostile(
      encode_state(every_record()),
      [](const Bytes& bytes) {
        auto records = decode_state(bytes, "state");
        // What only a writer must know is said by the head; here it is passed over.
        if (bytes[16] != 0 || bytes[17] != 0 || bytes[18] != 0 || bytes[19] != 0) {
          throw Error(ErrorKind::config, "newer");
        }
        return records;
      },
      [](const std::vector<Record>& records) { return encode_state(records); });
}

TEST_CASE("a root in a state is what its id says") {
  auto records = every_record();
  records[6].name[0] ^= 1U;
  CHECK_THROWS_AS(decode_state(encode_state(records), "state"), Error);
}

TEST_CASE("a head is read as it was written") {
  const Head head = sample_head();
  const Head read = decode_head(encode_head(head), "head");
  CHECK(read.remote == head.remote);
  CHECK(read.number == head.number);
  CHECK(read.previous == head.previous);
  CHECK(read.nonce == head.nonce);
  CHECK(read.states == head.states);
  CHECK(read.sessions == head.sessions);
  CHECK(read.access == Format::Access::read_write);
  CHECK(read.find_session(SessionId{{3}}) != nullptr);
  CHECK(read.find_session(SessionId{{4}}) == nullptr);
}

TEST_CASE("a head of any bytes is refused, or is what it says", "[case-27]") {
  check_hostile(
      encode_head(sample_head()),
      [](const Bytes& bytes) {
        const Head head = decode_head(bytes, "head");
        // What may not be written by us is not written by us.
        if (head.access == Format::Access::read_only) {
          throw Error(ErrorKind::config, "newer");
        }
        return head;
      },
      [](const Head& head) { return encode_head(head); });
}

TEST_CASE("the largest head has its place") {
  Head head = sample_head();
  head.states.assign(kMaxStates, {Digest{1}, kMaxStateBytes});
  head.sessions.assign(kMaxSessions, {SessionId{{3}}, ~std::uint64_t{0}});
  CHECK(encode_head(head).size() <= kMaxHeadBytes);
  head.sessions.push_back({});
  CHECK_THROWS_AS(encode_head(head), Error);
}

TEST_CASE("a head of a later version is refused with the step that helps", "[case-36]") {
  Bytes bytes = encode_head(sample_head());
  bytes[10] = 2;
  try {
    decode_head(bytes, "head");
    FAIL("was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    CHECK(error.hint() == "install a newer mlops");
  }
  bytes[10] = 1;
  bytes[16] = 1;
  CHECK(decode_head(bytes, "head").access == Format::Access::read_only);
}

TEST_CASE("the format file says what a program must know", "[case-36]") {
  RemoteId id{};
  id.fill(5);
  const auto decode = [](const std::string& text) {
    return decode_format(codec::as_bytes(text), "format");
  };
  const std::string text = encode_format(id);
  CHECK(decode(text).id == id);
  CHECK(decode(text).access == Format::Access::read_write);
  CHECK(decode(text + "write seals\n").access == Format::Access::read_only);
  for (const std::string& bad : {std::string(),
                                 std::string("mlops-remote 2\nid 00\n"),
                                 text + "read keys\n",
                                 text.substr(0, text.size() - 1),
                                 std::string("mlops-remote 1\nid 12\n"),
                                 std::string("<html>\n")}) {
    INFO(bad);
    CHECK_THROWS_AS(decode(bad), Error);
  }
}

TEST_CASE("numbers of heads and their keys") {
  CHECK(head_key(1) == "head/000000000001");
  CHECK(head_number("head/000000000001") == 1);
  CHECK(head_number(head_key(kMaxHeadNumber)) == kMaxHeadNumber);
  for (const char* key :
       {"head/1", "head/00000000000x", "head/0000000000001", "state/000000000001"}) {
    CHECK(head_number(key) == 0);
  }
}

}  // namespace
}  // namespace mlops::remote
