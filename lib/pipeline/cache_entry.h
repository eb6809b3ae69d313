#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/graph.h"
#include "pipeline/key.h"
#include "store/store.h"

namespace mlops::pipeline {

/// One out as a run left it. Without a root (cache = false) it can be recognised, not restored.
struct MadeOutRecord {
  std::string path;
  store::Entry entry;
  std::optional<store::ObjectId> root;
};

/// What the store keeps under a key: JSON, read as if anybody had written it.
struct CacheEntry {
  KeyParts parts;
  std::string environment;
  std::string grade;
  std::string run_id;
  std::vector<MadeOutRecord> outs;
};

std::string encode_cache_entry(const CacheEntry& entry);
/// Nothing when the text is damaged, of another version, or not about exactly these outs.
std::optional<CacheEntry> decode_cache_entry(std::string_view text, const Instance& instance);

/// The parts of a key as JSON, and back; nothing when damaged.
std::string encode_parts(const KeyParts& parts);
std::optional<KeyParts> decode_parts(std::string_view text);

}  // namespace mlops::pipeline
