#include "remote/protocol.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "store/tree.h"

namespace mlops::remote {

namespace {

using codec::ByteReader;
using codec::ByteWriter;

constexpr std::string_view kFormatLine = "mlops-remote 1";
constexpr std::string_view kFormatName = "mlops-remote ";
constexpr std::string_view kIdName = "id ";
constexpr std::uint16_t kVersion = 1;
using Magic = std::array<std::uint8_t, 10>;
constexpr Magic kHeadMagic = {0x89, 'M', 'L', 'H', 'E', 'A', 'D', '\r', '\n', 0x1a};
constexpr Magic kStateMagic = {0x89, 'M', 'L', 'S', 'T', 'A', 'T', '\r', '\n', 0x1a};

[[noreturn]] void fail_newer(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::config,
              where + ": this version of mlops does not know " + what,
              "install a newer mlops");
}

void put_front(ByteWriter& out, const Magic& magic) {
  out.put(magic);
  out.u16(kVersion);
  out.u32(0);
  out.u32(0);
}

/// Whether this program may write what it belongs to.
Format::Access take_front(ByteReader& in, const Magic& magic, const std::string& where) {
  const auto found = in.take(magic.size());
  if (!std::equal(magic.begin(), magic.end(), found.begin())) {
    throw Error(ErrorKind::corrupt, where + ": has not the first bytes that it must have");
  }
  const std::uint16_t version = in.u16();
  if (version != kVersion) {
    fail_newer(where, fmt::format("version {}", version));
  }
  const std::uint32_t read_flags = in.u32();
  const std::uint32_t write_flags = in.u32();
  if (read_flags != 0) {
    fail_newer(where, fmt::format("feature {:#x}", read_flags));
  }
  return write_flags == 0 ? Format::Access::read_write : Format::Access::read_only;
}

template <typename Array>
void take_into(ByteReader& in, Array& out) {
  const auto bytes = in.take(out.size());
  std::copy(bytes.begin(), bytes.end(), out.begin());
}

std::uint64_t take_count(ByteReader& in, std::uint64_t most, std::string_view what) {
  const std::uint64_t count = in.varint();
  if (count > most) {
    in.fail(fmt::format("has {} {}, more than {}", count, what, most));
  }
  return count;
}

std::span<const std::uint8_t> take_bytes(ByteReader& in, std::size_t most, std::string_view what) {
  return in.take(static_cast<std::size_t>(take_count(in, most, what)));
}

void put_record(ByteWriter& out, const Record& record) {
  using Kind = Record::Kind;
  out.u8(static_cast<std::uint8_t>(record.kind));
  switch (record.kind) {
    case Kind::pack_live:
      out.put(record.session.bytes);
      out.put(record.name);
      return out.varint(record.size);
    case Kind::pack_trash:
    case Kind::pack_gone:
      out.put(record.session.bytes);
      return out.put(record.name);
    case Kind::index_live:
      out.put(record.name);
      return out.varint(record.size);
    case Kind::index_trash:
    case Kind::index_gone:
    case Kind::root_released:
      return out.put(record.name);
    case Kind::root:
      out.put(record.name);
      out.varint(record.root.size());
      out.put(record.root);
      out.varint(record.data_set.size());
      return out.put(codec::as_bytes(record.data_set));
    case Kind::session_trash:
    case Kind::session_gone:
      return out.put(record.session.bytes);
  }
}

/// The bytes under a root's id are that root, or nothing of the state is believed.
void take_root(ByteReader& in, Record& record, const std::string& where) {
  take_into(in, record.name);
  const auto root = take_bytes(in, kMaxRootBytes, "bytes of a root");
  record.root.assign(root.begin(), root.end());
  record.data_set = codec::as_text(take_bytes(in, kMaxDataSetBytes, "bytes of a path"));
  const store::ObjectId id{record.name};
  if (store::compute_id(store::ObjectType::root, record.root) != id) {
    throw Error(ErrorKind::corrupt, where + ": root " + id.hex() + " does not match its id");
  }
  store::decode_root(record.root, id);
}

Record take_record(ByteReader& in, const std::string& where) {
  using Kind = Record::Kind;
  Record record;
  const std::uint8_t kind = in.u8();
  record.kind = static_cast<Kind>(kind);
  switch (record.kind) {
    case Kind::pack_live:
      take_into(in, record.session.bytes);
      take_into(in, record.name);
      record.size = take_count(in, store::kMaxPackBytes, "bytes in a pack");
      return record;
    case Kind::pack_trash:
    case Kind::pack_gone:
      take_into(in, record.session.bytes);
      take_into(in, record.name);
      return record;
    case Kind::index_live:
      take_into(in, record.name);
      record.size = in.varint();
      return record;
    case Kind::index_trash:
    case Kind::index_gone:
    case Kind::root_released:
      take_into(in, record.name);
      return record;
    case Kind::root:
      take_root(in, record, where);
      return record;
    case Kind::session_trash:
    case Kind::session_gone:
      take_into(in, record.session.bytes);
      return record;
  }
  in.fail(fmt::format("has a record of the unknown kind {}", kind));
}

}  // namespace

std::string SessionId::hex() const {
  return to_hex(bytes);
}

std::string encode_format(const RemoteId& id) {
  return fmt::format("{}\n{}{}\n", kFormatLine, kIdName, to_hex(id));
}

Format decode_format(std::span<const std::uint8_t> bytes, const std::string& where) {
  const auto lines = split(codec::as_text(bytes), '\n');
  if (!lines.front().starts_with(kFormatName) || !lines.back().empty()) {
    throw Error(ErrorKind::config,
                where + " is not the format file of a remote",
                "name a remote of mlops, or an empty place");
  }
  if (lines.front() != kFormatLine) {
    fail_newer(where, "format " + quote(lines.front().substr(kFormatName.size())));
  }
  Format format;
  if (lines.size() < 3 || !lines[1].starts_with(kIdName) ||
      !from_hex(lines[1].substr(kIdName.size()), format.id)) {
    throw Error(ErrorKind::corrupt, where + ": its second line is not \"id\" and 32 digits");
  }
  for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
    if (!lines[i].starts_with("write ")) {
      fail_newer(where, "feature " + quote(lines[i]));
    }
    format.access = Format::Access::read_only;
  }
  return format;
}

const OpenSession* Head::find_session(const SessionId& id) const {
  const auto found = std::find_if(
      sessions.begin(), sessions.end(), [&](const OpenSession& open) { return open.id == id; });
  return found == sessions.end() ? nullptr : &*found;
}

Bytes encode_head(const Head& head) {
  if (head.sessions.size() > kMaxSessions) {
    throw Error(
        ErrorKind::conflict,
        fmt::format("{} pushes to this remote have begun and not ended", head.sessions.size() - 1),
        "wait for some of them; those that died are closed by whoever cleans the remote");
  }
  if (head.states.size() > kMaxStates || head.number > kMaxHeadNumber) {
    throw Error(ErrorKind::internal, "a head would be larger than its format allows");
  }
  ByteWriter out;
  put_front(out, kHeadMagic);
  out.put(head.remote);
  out.u64(head.number);
  out.put(head.previous);
  out.put(head.nonce);
  out.varint(head.states.size());
  for (const StateRef& state : head.states) {
    out.put(state.name);
    out.varint(state.size);
  }
  out.varint(head.sessions.size());
  for (const OpenSession& session : head.sessions) {
    out.put(session.id.bytes);
    out.u64(session.opened);
  }
  return out.take();
}

Head decode_head(std::span<const std::uint8_t> bytes, const std::string& where) {
  ByteReader in(bytes, where);
  Head head;
  head.access = take_front(in, kHeadMagic, where);
  take_into(in, head.remote);
  head.number = in.u64();
  if (head.number == 0 || head.number > kMaxHeadNumber) {
    in.fail(fmt::format("has the number {}", head.number));
  }
  take_into(in, head.previous);
  take_into(in, head.nonce);
  head.states.resize(static_cast<std::size_t>(take_count(in, kMaxStates, "states")));
  for (StateRef& state : head.states) {
    take_into(in, state.name);
    state.size = in.varint();
    if (state.size > kMaxStateBytes) {
      in.fail(fmt::format("has a state of {} bytes", state.size));
    }
  }
  head.sessions.resize(static_cast<std::size_t>(take_count(in, kMaxSessions, "sessions")));
  for (OpenSession& session : head.sessions) {
    take_into(in, session.id.bytes);
    session.opened = in.u64();
  }
  in.expect_end();
  return head;
}

Bytes encode_state(std::span<const Record> records) {
  ByteWriter out;
  put_front(out, kStateMagic);
  for (const Record& record : records) {
    put_record(out, record);
  }
  return out.take();
}

std::vector<Record> decode_state(std::span<const std::uint8_t> bytes, const std::string& where) {
  ByteReader in(bytes, where);
  // What may not be written is said by the head, which names every state.
  take_front(in, kStateMagic, where);
  std::vector<Record> records;
  while (!in.at_end()) {
    records.push_back(take_record(in, where));
  }
  return records;
}

std::string head_key(std::uint64_t number) {
  return fmt::format("{}{:012}", kHeadPrefix, number);
}

std::uint64_t head_number(std::string_view key) {
  constexpr std::size_t kDigits = 12;
  if (!key.starts_with(kHeadPrefix)) {
    return 0;
  }
  const std::string_view digits = key.substr(kHeadPrefix.size());
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  return digits.size() == kDigits && parsed.ec == std::errc() && parsed.ptr == end ? number : 0;
}

std::string state_key(const Digest& name) {
  return "state/" + to_hex(name);
}

std::string index_key(const Digest& name) {
  return "index/" + to_hex(name);
}

std::string session_prefix(const SessionId& session) {
  return "packs/" + session.hex() + "/";
}

std::string pack_key(const PackRef& pack) {
  return session_prefix(pack.session) + to_hex(pack.name);
}

}  // namespace mlops::remote
