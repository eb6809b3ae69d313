#include "remote/state.h"

#include "base/error.h"
#include "base/hex.h"

namespace mlops::remote {

namespace {

void expect(bool holds, const std::string& where, const std::string& problem) {
  if (!holds) {
    throw Error(ErrorKind::corrupt, where + ": " + problem);
  }
}

}  // namespace

void State::apply(std::span<const Record> records, const std::string& where) {
  for (const Record& record : records) {
    apply_one(record, where);
  }
}

void State::apply_one(const Record& record, const std::string& where) {
  using Kind = Record::Kind;
  const PackRef pack{record.session, record.name};
  switch (record.kind) {
    case Kind::pack_live:
      return expect(!pack_trash_.contains(pack) && packs_.emplace(pack, record.size).second,
                    where,
                    "pack " + to_hex(record.name) + " becomes live twice");
    case Kind::pack_trash:
      expect(packs_.erase(pack) == 1, where, "pack " + to_hex(record.name) + " was not live");
      pack_trash_.insert(pack);
      return;
    case Kind::pack_gone:
      return expect(
          pack_trash_.erase(pack) == 1, where, "pack " + to_hex(record.name) + " was no trash");
    case Kind::index_live:
      return expect(
          !index_trash_.contains(record.name) && indexes_.emplace(record.name, record.size).second,
          where,
          "index " + to_hex(record.name) + " becomes live twice");
    case Kind::index_trash:
      expect(indexes_.erase(record.name) == 1,
             where,
             "index " + to_hex(record.name) + " was not live");
      index_trash_.insert(record.name);
      return;
    case Kind::index_gone:
      return expect(index_trash_.erase(record.name) == 1,
                    where,
                    "index " + to_hex(record.name) + " was no trash");
    case Kind::root:
      return expect(
          roots_.emplace(store::ObjectId{record.name}, Pin{record.root, record.data_set}).second,
          where,
          "root " + to_hex(record.name) + " is published twice");
    case Kind::root_released:
      return expect(roots_.erase(store::ObjectId{record.name}) == 1,
                    where,
                    "root " + to_hex(record.name) + " was not published");
    case Kind::session_trash:
      return expect(session_trash_.insert(record.session).second,
                    where,
                    "session " + record.session.hex() + " ends twice");
    case Kind::session_gone:
      return expect(session_trash_.erase(record.session) == 1,
                    where,
                    "session " + record.session.hex() + " was no trash");
  }
}

std::vector<Record> State::records() const {
  using Kind = Record::Kind;
  std::vector<Record> records;
  for (const auto& [pack, size] : packs_) {
    records.push_back({Kind::pack_live, pack.session, pack.name, size});
  }
  for (const PackRef& pack : pack_trash_) {
    // Trash was live once: a state has no other way to say so.
    records.push_back({Kind::pack_live, pack.session, pack.name, 0});
    records.push_back({Kind::pack_trash, pack.session, pack.name});
  }
  for (const auto& [name, size] : indexes_) {
    records.push_back({Kind::index_live, {}, name, size});
  }
  for (const Digest& name : index_trash_) {
    records.push_back({Kind::index_live, {}, name, 0});
    records.push_back({Kind::index_trash, {}, name});
  }
  for (const auto& [id, pin] : roots_) {
    records.push_back({Kind::root, {}, id.bytes, 0, pin.root, pin.data_set});
  }
  for (const SessionId& session : session_trash_) {
    records.push_back({Kind::session_trash, session});
  }
  return records;
}

}  // namespace mlops::remote
