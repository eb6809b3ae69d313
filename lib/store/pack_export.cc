#include "store/pack_export.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hex.h"
#include "codec/crc32c.h"
#include "codec/sha256.h"
#include "os/file.h"

namespace mlops::store {

LocalPackExport::LocalPackExport(const Parts& parts,
                                 std::span<const ObjectId> roots,
                                 const std::function<bool(const ObjectId&)>& is_there,
                                 const CancelToken& cancel)
    : parts_(parts), cancel_(cancel) {
  mark_wanted(roots, is_there);
}

/// Those of which a part is here come last: what only they need, and is absent, is no damage.
void LocalPackExport::mark_roots(std::span<const ObjectId> roots, Mark& mark) const {
  std::vector<std::pair<ObjectId, Root>> here_in_part;
  for (const ObjectId& id : roots) {
    if (const auto root = parts_.roots.find(id)) {
      mark.mark(id, *root);
    } else if (auto part = parts_.roots.find_partial(id)) {
      here_in_part.emplace_back(id, std::move(*part));
    } else {
      throw Error(
          ErrorKind::corrupt, "root " + id.hex() + " is not in the store", "mlops data fsck");
    }
  }
  for (const auto& [id, root] : here_in_part) {
    mark.mark(id, root, Mark::Files::those_here);
  }
}

/// Each object once, from the first pack that an index finds it in.
void LocalPackExport::mark_wanted(std::span<const ObjectId> roots,
                                  const std::function<bool(const ObjectId&)>& is_there) {
  Mark mark(parts_.packs, parts_.reader, cancel_);
  const auto segments = parts_.catalog.snapshot();
  mark.extend(segments);
  mark_roots(roots, mark);
  std::unordered_set<ObjectId> planned;
  std::map<PackName, Plan> plans;
  std::map<PackName, std::size_t> totals;
  for (const auto& segment : segments) {
    std::vector<bool> is_usable;
    for (const PackInfo& pack : segment->packs()) {
      is_usable.push_back(parts_.packs.size_of(pack.name) == pack.size);
    }
    for (std::size_t i = 0; i < segment->record_count(); ++i) {
      const IndexRecord record = segment->record(i);
      if (record.pack >= is_usable.size() || !is_usable[record.pack]) {
        continue;
      }
      const PackName& name = segment->packs()[record.pack].name;
      ++totals[name];
      if (mark.has(record.object.id) && !is_there(record.object.id) &&
          planned.insert(record.object.id).second) {
        plans[name].wanted.push_back(record.object);
        ++amount_.objects;
        amount_.bytes += record.object.length;
      }
    }
  }
  for (auto& [name, plan] : plans) {
    plan.name = name;
    plan.copy = plan.wanted.size() == totals[name] ? Plan::Copy::whole : Plan::Copy::some;
    std::sort(
        plan.wanted.begin(), plan.wanted.end(), [](const PackedObject& a, const PackedObject& b) {
          return std::pair(a.block_offset, a.inner_offset) <
                 std::pair(b.block_offset, b.inner_offset);
        });
    plans_.push_back(std::move(plan));
  }
}

OutgoingPack LocalPackExport::take_whole(const Plan& plan) const {
  auto mapped = std::make_shared<os::MappedFile>(parts_.layout.pack(plan.name));
  OutgoingPack pack;
  pack.name = plan.name;
  pack.bytes = mapped->bytes();
  pack.objects = plan.wanted;
  if (codec::sha256(pack.bytes) != plan.name) {
    throw Error(ErrorKind::corrupt,
                "pack " + to_hex(plan.name) + ": its bytes do not match its name",
                "mlops data fsck --repair");
  }
  pack.owner = std::move(mapped);
  return pack;
}

void LocalPackExport::append_block(const PackName& pack, std::span<const PackedObject> members) {
  const auto block = parts_.packs.load_block(pack, members.front().block_offset);
  std::vector<PendingMember> pending;
  std::vector<std::uint8_t> plain;
  for (const PackedObject& object : members) {
    const bool fits =
        object.inner_offset <= block->size && object.length <= block->size - object.inner_offset;
    const auto content = fits ? block->bytes().subspan(object.inner_offset, object.length)
                              : std::span<const std::uint8_t>();
    if (!fits || compute_id(object.type, content) != object.id) {
      throw Error(ErrorKind::corrupt,
                  describe(object.type, object.id) + " in pack " + to_hex(pack) +
                      ": content does not match its id",
                  "mlops data fsck --repair");
    }
    pending.push_back({{object.type, object.length, object.id}, codec::crc32c(content)});
    plain.insert(plain.end(), content.begin(), content.end());
  }
  builder_.append(encode_block(std::move(pending), plain, PlacementHint::Compress::automatic));
}

void LocalPackExport::fill_from(Plan& plan) {
  while (done_ < plan.wanted.size() && builder_.size() < kTargetPackBytes) {
    cancel_.check();
    const std::span rest = std::span(plan.wanted).subspan(done_);
    const auto end = std::find_if(rest.begin(), rest.end(), [&](const PackedObject& object) {
      return object.block_offset != rest.front().block_offset;
    });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    append_block(plan.name, rest.first(count));
    done_ += count;
  }
  if (done_ == plan.wanted.size()) {
    ++at_;
    done_ = 0;
  }
}

OutgoingPack LocalPackExport::close() {
  auto finished = std::make_shared<FinishedPack>(std::exchange(builder_, PackBuilder()).finish());
  return {codec::sha256(finished->bytes), finished->bytes, finished->objects, finished};
}

std::optional<OutgoingPack> LocalPackExport::next() {
  while (at_ < plans_.size()) {
    cancel_.check();
    if (plans_[at_].copy == Plan::Copy::whole) {
      return take_whole(plans_[at_++]);
    }
    fill_from(plans_[at_]);
    if (builder_.size() >= kTargetPackBytes) {
      return close();
    }
  }
  return builder_.is_empty() ? std::nullopt : std::optional(close());
}

}  // namespace mlops::store
