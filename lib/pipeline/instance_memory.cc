#include "pipeline/instance_memory.h"

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "os/file.h"
#include "pipeline/cache_entry.h"

namespace mlops::pipeline {

namespace {

constexpr std::uint64_t kMaxMemoryBytes = 64ULL << 20U;

}  // namespace

InstanceMemory::InstanceMemory(const RunContext& context, const std::string& directory)
    : directory_(context.workspace.state_directory() / directory),
      scope_(origin_of(context).native() + '\0' + context.pipeline.file + '\0'),
      is_kept_(context.options.origin.empty()) {}

std::filesystem::path InstanceMemory::file_of(const Instance& instance) const {
  const auto digest = codec::sha256(codec::as_bytes(scope_ + instance.id));
  const auto name = to_hex(digest);
  return directory_ / name.substr(0, 2) / name.substr(2, 30);
}

std::optional<KeyParts> InstanceMemory::find(const Instance& instance) const {
  const auto text = os::read_file_if_exists(file_of(instance), kMaxMemoryBytes);
  return text ? decode_parts(*text) : std::nullopt;
}

void InstanceMemory::remember(const Instance& instance, const KeyParts& parts) const {
  if (!is_kept_) {
    return;
  }
  const auto file = file_of(instance);
  const auto text = encode_parts(parts);
  if (os::read_file_if_exists(file, kMaxMemoryBytes) != text) {
    os::make_directories(file.parent_path());
    os::write_file_atomic(file, text, os::Durability::relaxed);
  }
}

}  // namespace mlops::pipeline
