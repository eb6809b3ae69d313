#include "store/replaceable.h"

#include <algorithm>

namespace mlops::store {

namespace {

bool is_replaceable(const CheckedPack& pack,
                    Versions versions,
                    const std::function<bool(const ObjectId&)>& available) {
  if (pack.is_sound() || pack.state == CheckedPack::State::newer_format) {
    return false;
  }
  if (versions == Versions::whole) {
    return true;
  }
  // Damaged bytes that nobody can name may be the last of what a version lacks.
  return pack.damaged.empty() &&
         std::all_of(pack.objects.begin(), pack.objects.end(), [&](const CheckedObject& object) {
           return object.problem.empty() || available(object.id);
         });
}

}  // namespace

bool is_whole(const FsckReport& report) {
  return std::all_of(report.damages.begin(), report.damages.end(), [](const Damage& damage) {
    return damage.roots.empty();
  });
}

std::set<PackName> find_replaceable(std::span<const CheckedPack> packs,
                                    Versions versions,
                                    const std::function<bool(const ObjectId&)>& available) {
  std::set<PackName> found;
  for (const CheckedPack& pack : packs) {
    if (is_replaceable(pack, versions, available)) {
      found.insert(pack.name);
    }
  }
  return found;
}

std::set<ObjectId> find_only_here(std::span<const CheckedPack> packs,
                                  const std::set<PackName>& here) {
  std::set<ObjectId> only;
  for (const CheckedPack& pack : packs) {
    for (const CheckedObject& object : pack.objects) {
      if (here.contains(pack.name) && object.problem.empty()) {
        only.insert(object.id);
      }
    }
  }
  for (const CheckedPack& pack : packs) {
    for (const CheckedObject& object : pack.objects) {
      if (!here.contains(pack.name) && object.problem.empty()) {
        only.erase(object.id);
      }
    }
  }
  return only;
}

std::set<PackName> find_dispensable(std::span<const CheckedPack> packs,
                                    std::set<PackName> replaceable) {
  for (bool changed = true; changed;) {
    const std::set<ObjectId> only_here = find_only_here(packs, replaceable);
    // A damaged object whose sound copy would go too must not lose it either: it is named here.
    changed = std::erase_if(replaceable, [&](const PackName& name) {
                const auto pack =
                    std::find_if(packs.begin(), packs.end(), [&](const CheckedPack& candidate) {
                      return candidate.name == name;
                    });
                return std::any_of(
                    pack->objects.begin(), pack->objects.end(), [&](const CheckedObject& object) {
                      return only_here.contains(object.id);
                    });
              }) > 0;
  }
  return replaceable;
}

}  // namespace mlops::store
