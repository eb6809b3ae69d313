#include "pipeline/cache_entry.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "base/text.h"
#include "codec/bytes.h"

namespace mlops::pipeline {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;

/// Paths and values are raw bytes and JSON is UTF-8: what is not travels as hex.
json text_json(const std::string& text) {
  return is_utf8(text) ? json(text) : json{{"hex", to_hex(codec::as_bytes(text))}};
}

std::string text_of(const json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  const auto& hex = value.at("hex").get_ref<const std::string&>();
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  if (!from_hex(hex, bytes)) {
    throw json::other_error::create(600, "not hex", &value);
  }
  return std::string(codec::as_text(bytes));
}

/// get<>() would take 1.5 and -1 for numbers of files.
std::uint64_t number_of(const json& value) {
  if (!value.is_number_unsigned()) {
    throw json::other_error::create(601, "not a count", &value);
  }
  return value.get<std::uint64_t>();
}

json parts_json(const KeyParts& parts) {
  auto list = json::array();
  for (const auto& [name, value] : parts) {
    list.push_back(json::array({text_json(name), text_json(value)}));
  }
  return list;
}

KeyParts parts_of(const json& list) {
  KeyParts parts;
  for (const auto& pair : list) {
    parts.emplace(text_of(pair.at(0)), text_of(pair.at(1)));
  }
  return parts;
}

json out_json(const MadeOutRecord& out) {
  return {{"path", text_json(out.path)},
          {"kind", static_cast<int>(out.entry.kind)},
          {"size", out.entry.size},
          {"files", out.entry.files},
          {"id", out.entry.id.hex()},
          {"root", out.root ? json(store::format_root(*out.root)) : json()}};
}

std::optional<MadeOutRecord> out_of(const json& value) {
  MadeOutRecord out;
  out.path = text_of(value.at("path"));
  const auto kind = number_of(value.at("kind"));
  const auto id = store::ObjectId::parse(value.at("id").get<std::string>());
  if (kind < 1 || kind > 4 || !id) {
    return std::nullopt;
  }
  out.entry.kind = static_cast<store::EntryKind>(kind);
  out.entry.size = number_of(value.at("size"));
  out.entry.files = number_of(value.at("files"));
  out.entry.id = *id;
  if (!value.at("root").is_null()) {
    out.root = store::parse_root(value.at("root").get<std::string>());
    if (!out.root) {
      return std::nullopt;
    }
  }
  return out;
}

/// Brings the outs into the order of the declaration; false when they are not the same ones.
bool match_outs(CacheEntry& entry, const Instance& instance) {
  if (entry.outs.size() != instance.outs.size()) {
    return false;
  }
  for (std::size_t i = 0; i < entry.outs.size(); ++i) {
    const auto from = entry.outs.begin() + static_cast<std::ptrdiff_t>(i);
    const auto found = std::find_if(from, entry.outs.end(), [&](const MadeOutRecord& out) {
      return out.path == instance.outs[i].path;
    });
    if (found == entry.outs.end()) {
      return false;
    }
    std::iter_swap(from, found);
  }
  return true;
}

}  // namespace

std::string encode_parts(const KeyParts& parts) {
  return json{{"version", kVersion}, {"parts", parts_json(parts)}}.dump();
}

std::optional<KeyParts> decode_parts(std::string_view text) {
  try {
    const auto value = json::parse(text);
    if (value.at("version") != kVersion) {
      return std::nullopt;
    }
    return parts_of(value.at("parts"));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string encode_cache_entry(const CacheEntry& entry) {
  auto outs = json::array();
  for (const auto& out : entry.outs) {
    outs.push_back(out_json(out));
  }
  return json{{"version", kVersion},
              {"parts", parts_json(entry.parts)},
              {"environment", entry.environment},
              {"grade", entry.grade},
              {"run", entry.run_id},
              {"outs", outs}}
      .dump();
}

std::optional<CacheEntry> decode_cache_entry(std::string_view text, const Instance& instance) {
  try {
    const auto value = json::parse(text);
    if (value.at("version") != kVersion) {
      return std::nullopt;
    }
    CacheEntry entry;
    entry.parts = parts_of(value.at("parts"));
    entry.environment = value.at("environment").get<std::string>();
    entry.grade = value.at("grade").get<std::string>();
    entry.run_id = value.at("run").get<std::string>();
    for (const auto& element : value.at("outs")) {
      auto out = out_of(element);
      if (!out) {
        return std::nullopt;
      }
      entry.outs.push_back(std::move(*out));
    }
    return match_outs(entry, instance) ? std::optional(std::move(entry)) : std::nullopt;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace mlops::pipeline
