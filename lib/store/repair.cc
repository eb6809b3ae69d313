#include "store/repair.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/hex.h"
#include "codec/crc32c.h"
#include "os/file.h"
#include "store/copy_search.h"
#include "store/leftovers.h"
#include "store/noise_runs.h"
#include "store/quarantine.h"
#include "store/replaceable.h"
#include "store/store_lock.h"

namespace mlops::store {

namespace {

std::vector<ObjectId> hurt_versions(const FsckReport& report) {
  std::set<ObjectId> roots;
  for (const Damage& damage : report.damages) {
    roots.insert(damage.roots.begin(), damage.roots.end());
  }
  return {roots.begin(), roots.end()};
}

/// What versions need and no pack holds soundly. A root cannot be made again: its salt is nowhere
/// else, and while one is lost nobody knows what it needed.
std::vector<ObjectId> objects_to_find(const FsckReport& report, const SoundObjects& sound) {
  const bool lacks_root =
      std::any_of(report.damages.begin(), report.damages.end(), [](const Damage& damage) {
        return damage.type == ObjectType::root;
      });
  std::set<ObjectId> ids;
  for (const Damage& damage : report.damages) {
    if (damage.type != ObjectType::root && (lacks_root || !damage.roots.empty()) &&
        !sound.contains(damage.id)) {
      ids.insert(damage.id);
    }
  }
  return {ids.begin(), ids.end()};
}

class Repair {
 public:
  Repair(const StoreParts& parts,
         const RepairRequest& request,
         Progress& progress,
         const CancelToken& cancel)
      : parts_(parts),
        request_(request),
        derived_(changes() ? Derived::rebuild : Derived::leave),
        progress_(progress),
        cancel_(cancel) {}

  /// The order is the contract (mlops-store(5), "Repair"): good copies and their index are durable
  /// before any pack moves.
  RepairReport run() {
    const auto cleaning =
        changes() ? std::optional(lock_for_cleaning(parts_.layout, request_.waiter)) : std::nullopt;
    auto lock = std::optional(lock_store(parts_.layout, os::LockMode::shared, request_.waiter));
    report_.before = look();
    plan();
    if (!changes()) {
      foretell();
      return std::move(report_);
    }
    store_copies();
    lock.reset();  // a lock cannot be made exclusive in one step
    finish();
    return std::move(report_);
  }

 private:
  bool changes() const { return request_.change == RepairRequest::Change::everything; }

  void plan() {
    const SoundObjects sound(packs_);
    const auto wanted = objects_to_find(report_.before, sound);
    CopySearch search(sound, parts_.reader, wanted);
    const auto hurt = hurt_versions(report_.before);
    for (CopySource* source : request_.sources) {
      if (!search.is_enough()) {
        search.set_source(source->name());
        source->offer(hurt, search, [&] { return search.is_enough(); });
      }
    }
    found_ = search.result();
    const auto will_be_sound = [&](const ObjectId& id) {
      return sound.contains(id) || found_.found.contains(id);
    };
    const bool will_be_whole =
        found_.missing.empty() &&
        std::all_of(
            report_.before.damages.begin(), report_.before.damages.end(), [&](const auto& damage) {
              return damage.roots.empty() || will_be_sound(damage.id);
            });
    replaceable_ = find_replaceable(
        packs_, will_be_whole ? Versions::whole : Versions::lack_something, will_be_sound);
    for (const Damage& damage : report_.before.damages) {
      if (sound.contains(damage.id)) {
        note_healed({damage.id, damage.type, "another pack"});
      } else if (!found_.found.contains(damage.id) && will_be_whole) {
        note_healed({damage.id, damage.type, "no version needs it"});
      }
    }
    for (const auto& [id, found] : found_.found) {
      note_healed({id, found.type, found.source});
    }
  }

  void note_healed(Healing healing) {
    if (named_.insert(healing.id).second) {
      report_.healed.push_back(std::move(healing));
    }
  }

  /// Of a dry run: what `store_copies` and `finish` would do.
  void foretell() {
    for (const Damage& damage : report_.before.damages) {
      if (!named_.contains(damage.id)) {
        report_.lost.push_back(damage);
      }
    }
    note_packs(replaceable_);
    for (const fs::path& path : find_leftovers(parts_)) {
      report_.dropped.push_back(path.string());
    }
    report_.after = report_.before;
  }

  void note_packs(const std::set<PackName>& packs) {
    for (const CheckedPack& pack : packs_) {
      if (packs.contains(pack.name)) {
        (pack.state == CheckedPack::State::missing ? report_.forgotten : report_.set_aside)
            .push_back(to_hex(pack.name));
      }
    }
  }

  /// What the sources have, and what only packs hold that are to go.
  void store_copies() {
    PackWriter writer(parts_.layout);
    std::unordered_set<ObjectId> wanted;
    for (const auto& [id, found] : found_.found) {
      wanted.insert(id);
    }
    CopyTaker taker(writer, std::move(wanted));
    const auto hurt = hurt_versions(report_.before);
    for (CopySource* source : request_.sources) {
      if (!taker.is_done()) {
        source->offer(hurt, taker, [&] { return taker.is_done(); });
      }
    }
    std::set<ObjectId> only_here = find_only_here(packs_, replaceable_);
    for (const PackName& name : replaceable_) {
      copy_objects(name, only_here, writer);
    }
    const auto published = writer.finish();
    if (!published.packs.empty()) {
      parts_.catalog.add_segment(published.packs, published.records);
    }
  }

  /// Those of `ids` that the pack holds soundly; they are erased there. A block stays a block: it
  /// holds objects of one data set, or lies as in a file that shares it.
  void copy_objects(const PackName& name, std::set<ObjectId>& ids, PackWriter& writer) {
    const auto pack = read_pack(parts_.layout, name);
    auto file = os::open_regular(parts_.layout.pack(name));
    if (!pack || !file) {
      return;
    }
    const auto shared = std::make_shared<const os::Fd>(std::move(*file));
    for (const BlockView& view : readable_blocks(pack->bytes)) {
      cancel_.check();
      std::vector<PendingMember> members;
      const auto plain = take_members(view, ids, members);
      if (is_noise_run(view, members.size())) {
        const auto offset = static_cast<std::uint64_t>(view.stored.data() - pack->bytes.data());
        writer.append_as_in({shared, offset},
                            encode_block(std::move(members), plain, PlacementHint::Compress::no));
      } else if (!members.empty()) {
        writer.append(encode_block(std::move(members), plain, PlacementHint::Compress::automatic));
      }
    }
  }

  static std::vector<std::uint8_t> take_members(const BlockView& view,
                                                std::set<ObjectId>& ids,
                                                std::vector<PendingMember>& members) {
    std::vector<std::uint8_t> block(view.head.plain_length);
    try {
      decode_stored(view.head, view.stored, block, {});
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      return {};
    }
    std::vector<std::uint8_t> plain;
    std::size_t inner = 0;
    for (const Member& member : view.members) {
      const auto content = std::span(block).subspan(inner, member.length);
      inner += member.length;
      if (ids.contains(member.id) && compute_id(member.type, content) == member.id) {
        ids.erase(member.id);
        members.push_back({member, codec::crc32c(content)});
        plain.insert(plain.end(), content.begin(), content.end());
      }
    }
    return plain;
  }

  void finish() {
    const bool has_damaged_pack = std::any_of(
        packs_.begin(), packs_.end(), [](const CheckedPack& pack) { return !pack.is_sound(); });
    std::optional<os::FileLock> alone;
    if (has_damaged_pack) {
      alone = lock_store(parts_.layout, os::LockMode::exclusive, request_.waiter);
    } else if (!find_leftovers(parts_).empty()) {
      alone = os::FileLock::try_acquire(parts_.layout.lock(), os::LockMode::exclusive);
      if (!alone) {
        report_.notes.emplace_back("temporary files are left: another process uses the store");
      }
    }
    // Others may have written or cleaned meanwhile, and our own new packs are read back.
    report_.after = look();
    if (has_damaged_pack) {
      set_aside();
    }
    if (alone) {
      drop_leftovers();
    }
    note_lost();
  }

  /// Packs that are known and still there are not read again.
  FsckReport look() {
    const ListedRoots roots = list_roots(parts_);
    parts_.catalog.reload();
    prepare_indexes(parts_, derived_, report_.notes);
    packs_ = check_packs(parts_, std::move(packs_), progress_, cancel_);
    return judge(parts_, roots, packs_, derived_, progress_, cancel_);
  }

  void set_aside() {
    const SoundObjects sound(packs_);
    const auto going = find_dispensable(
        packs_,
        find_replaceable(packs_,
                         is_whole(report_.after) ? Versions::whole : Versions::lack_something,
                         [&](const ObjectId& id) { return sound.contains(id); }));
    if (going.empty()) {
      return;
    }
    note_packs(going);
    set_packs_aside(parts_.layout, parts_.catalog, going);
    report_.after = look();
  }

  void drop_leftovers() {
    for (const fs::path& path : find_leftovers(parts_)) {
      os::remove_file(parts_.layout.top / path);
      report_.dropped.push_back(path.string());
    }
  }

  void note_lost() {
    const SoundObjects sound(packs_);
    std::set<ObjectId> lost;
    for (const Damage& damage : report_.after.damages) {
      if (!damage.roots.empty() || !sound.contains(damage.id)) {
        lost.insert(damage.id);
        report_.lost.push_back(damage);
      }
    }
    std::erase_if(report_.healed,
                  [&](const Healing& healing) { return lost.contains(healing.id); });
  }

  const StoreParts& parts_;
  const RepairRequest& request_;
  Derived derived_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::vector<CheckedPack> packs_;
  CopySearch::Result found_;
  std::set<PackName> replaceable_;
  std::set<ObjectId> named_;  ///< in report_.healed
  RepairReport report_;
};

}  // namespace

RepairReport repair_store(const StoreParts& parts,
                          const RepairRequest& request,
                          Progress& progress,
                          const CancelToken& cancel) {
  return Repair(parts, request, progress, cancel).run();
}

}  // namespace mlops::store
