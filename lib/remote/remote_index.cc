#include "remote/remote_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"

namespace mlops::remote {

namespace {

/// A segment of a whole terabyte has 0.8 GiB.
constexpr std::uint64_t kMaxIndexBytes = std::uint64_t{1} << 30U;

}  // namespace

std::unique_ptr<store::IndexSegment> RemoteIndex::load(const Chain& chain,
                                                       const Digest& name,
                                                       std::uint64_t size) const {
  if (const auto file = chain.cache().find_index(name)) {
    try {
      auto segment = store::IndexSegment::from_file(*file);
      if (segment->is_intact()) {
        return segment;
      }
    } catch (const Error& error) {
      // A damaged copy is read anew.
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
    }
  }
  const std::string where =
      fmt::format("{} of remote {}", index_key(name), quote(chain.transport().describe()));
  if (size > kMaxIndexBytes) {
    throw Error(ErrorKind::corrupt, fmt::format("{} shall have {} bytes", where, size));
  }
  const auto bytes = chain.transport().get(index_key(name), size);
  if (!bytes) {
    throw Error(ErrorKind::corrupt, where + " is missing");
  }
  if (bytes->size() != size || codec::sha256(*bytes) != name) {
    throw Error(ErrorKind::corrupt, where + " does not match its name");
  }
  return store::IndexSegment::from_file(chain.cache().put_index(name, *bytes));
}

void RemoteIndex::update(const Chain& chain) {
  const State& state = chain.state();
  std::erase_if(segments_,
                [&](const auto& segment) { return !state.indexes().contains(segment.first); });
  for (const auto& [name, size] : state.indexes()) {
    if (!segments_.contains(name)) {
      segments_.emplace(name, load(chain, name, size));
    }
  }
  packs_ = state.packs();
  by_name_.clear();
  for (const auto& [pack, size] : packs_) {
    by_name_.emplace(pack.name, pack);
  }
}

const PackRef* RemoteIndex::find_live(const store::PackInfo& pack) const {
  const auto found = by_name_.find(pack.name);
  return found != by_name_.end() && packs_.at(found->second) == pack.size ? &found->second
                                                                          : nullptr;
}

bool RemoteIndex::contains(const store::ObjectId& id) const {
  return find(id).has_value();
}

std::optional<RemoteIndex::Place> RemoteIndex::find(const store::ObjectId& id) const {
  std::vector<store::IndexRecord> records;
  for (const auto& [name, segment] : segments_) {
    records.clear();
    segment->find(id, records);
    for (const store::IndexRecord& record : records) {
      const PackRef* pack = record.pack < segment->packs().size()
                                ? find_live(segment->packs()[record.pack])
                                : nullptr;
      if (pack != nullptr) {
        return Place{*pack, record.object};
      }
    }
  }
  return std::nullopt;
}

std::uint64_t RemoteIndex::pack_size(const PackRef& pack) const {
  return packs_.at(pack);
}

/// Of all packs of the segment: who asks for one will ask for its neighbours.
void RemoteIndex::read_bounds(const store::IndexSegment& segment) {
  std::vector<std::set<std::uint64_t>> found(segment.packs().size());
  for (std::size_t at = 0; at < segment.record_count(); ++at) {
    const store::IndexRecord record = segment.record(at);
    if (record.pack < found.size()) {
      found[record.pack].insert(record.object.block_offset);
    }
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const store::PackInfo& pack = segment.packs()[i];
    found[i].insert(pack.size);
    bounds_[pack.name].assign(found[i].begin(), found[i].end());
  }
}

const std::vector<std::uint64_t>& RemoteIndex::block_bounds(const PackRef& pack) {
  for (const auto& [name, segment] : segments_) {
    const auto& packs = segment->packs();
    if (!bounds_.contains(pack.name) &&
        std::any_of(packs.begin(), packs.end(), [&](const store::PackInfo& info) {
          return info.name == pack.name;
        })) {
      read_bounds(*segment);
    }
  }
  return bounds_[pack.name];
}

std::vector<PackRef> RemoteIndex::uncovered() const {
  std::set<store::PackName> covered;
  for (const auto& [name, segment] : segments_) {
    for (const store::PackInfo& pack : segment->packs()) {
      covered.insert(pack.name);
    }
  }
  std::vector<PackRef> found;
  for (const auto& [pack, size] : packs_) {
    if (!covered.contains(pack.name)) {
      found.push_back(pack);
    }
  }
  return found;
}

}  // namespace mlops::remote
