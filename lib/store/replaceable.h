#pragma once

#include <functional>
#include <set>
#include <span>

#include "store/fsck.h"

namespace mlops::store {

/// Which damaged packs a store can do without.

/// True when every version has all that it needs.
bool is_whole(const FsckReport& report);

/// Damaged packs of which every object that cannot be read is `available`. Where nothing is lost to
/// any version (`whole`), what cannot be read and is nowhere else is needed by none.
enum class Versions { whole, lack_something };
std::set<PackName> find_replaceable(std::span<const CheckedPack> packs,
                                    Versions versions,
                                    const std::function<bool(const ObjectId&)>& available);
/// Those of `replaceable` that may go now: each of their objects that is sound anywhere is sound in
/// a pack that stays.
std::set<PackName> find_dispensable(std::span<const CheckedPack> packs,
                                    std::set<PackName> replaceable);
/// Sound objects of these packs that no other pack holds soundly.
std::set<ObjectId> find_only_here(std::span<const CheckedPack> packs,
                                  const std::set<PackName>& here);

}  // namespace mlops::store
