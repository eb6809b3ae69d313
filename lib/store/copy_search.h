#pragma once

#include <map>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "store/content_writer.h"
#include "store/fsck.h"
#include "store/pack_writer.h"

namespace mlops::store {

/// First pass over the places that may have copies: finds out what can be had, and stores nothing.
/// Of a directory or chunk list that is found its content is kept, so that what it names is looked
/// for as well: a walk from the roots ended there. Any thread may put.
class CopySearch final : public ContentWriter {
 public:
  /// `wanted`: what versions need and no pack holds soundly.
  CopySearch(const SoundObjects& sound, const ObjectReader& reader, std::vector<ObjectId> wanted)
      : ContentWriter(nullptr), sound_(sound), reader_(reader), wanted_(std::move(wanted)) {}

  /// Who offers from now on.
  void set_source(std::string name);
  ObjectId put(ObjectType type,
               std::span<const std::uint8_t> content,
               const PlacementHint& hint) override;
  ObjectId commit(const Entry& top, std::string_view data_set) override;
  WriteCounts counts() const override { return {}; }

  struct Found {
    ObjectType type = ObjectType::chunk;
    std::string source;
  };
  struct Result {
    std::map<ObjectId, Found> found;
    std::vector<ObjectId> missing;  ///< nobody offered it
  };
  /// Of what is wanted and all that it names.
  Result result() const;
  bool is_enough() const { return result().missing.empty(); }

 private:
  struct Offered {
    Found found;
    std::vector<std::uint8_t> structure;  ///< content, unless it is a chunk
  };
  std::vector<ObjectId> children_of(const ObjectId& id) const;

  const SoundObjects& sound_;
  const ObjectReader& reader_;
  std::vector<ObjectId> wanted_;
  mutable std::mutex mutex_;  ///< guards the rest
  std::string source_;
  std::map<ObjectId, Offered> offered_;
};

/// Second pass: stores each wanted object once. Any thread may put.
class CopyTaker final : public ContentWriter {
 public:
  CopyTaker(PackWriter& packs, std::unordered_set<ObjectId> wanted)
      : ContentWriter(nullptr), packs_(packs), wanted_(std::move(wanted)) {}
  ObjectId put(ObjectType type,
               std::span<const std::uint8_t> content,
               const PlacementHint& hint) override;
  ObjectId commit(const Entry& top, std::string_view data_set) override;
  WriteCounts counts() const override { return {}; }
  bool is_done() const;

 private:
  PackWriter& packs_;
  mutable std::mutex mutex_;
  std::unordered_set<ObjectId> wanted_;  ///< still; guarded by mutex_
};

}  // namespace mlops::store
