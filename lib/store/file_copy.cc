#include "store/file_copy.h"

#include <utility>

#include "base/error.h"
#include "os/file.h"
#include "os/share_blocks.h"
#include "store/chunker.h"

namespace mlops::store {

namespace {

/// After so many chunks for nothing (8 MiB) the rest of the file is not asked about: looking costs
/// little, but not nothing.
constexpr std::size_t kPatience = 128;
/// What is read back at once.
constexpr std::uint64_t kMaxRunBytes = 16U << 20U;

std::uint64_t round_up(std::uint64_t offset) {
  return (offset + os::kBlockBytes - 1) / os::kBlockBytes * os::kBlockBytes;
}

std::uint64_t round_down(std::uint64_t offset) {
  return offset / os::kBlockBytes * os::kBlockBytes;
}

}  // namespace

/// A place in a pack that lies in its blocks as the chunk does in those of the file.
std::optional<FilePlace> FileCopy::find_shareable(const ChunkRef& chunk) {
  if (!can_share_ || in_vain_ >= kPatience) {
    return std::nullopt;
  }
  ++in_vain_;
  for (const Location& location : catalog_.find(chunk.id)) {
    auto place = packs_.find_raw(location);
    if (place && location.object.length == chunk.size &&
        (place->offset - at_) % os::kBlockBytes == 0) {
      in_vain_ = 0;
      return place;
    }
  }
  return std::nullopt;
}

void FileCopy::add(const ChunkRef& chunk) {
  auto place = find_shareable(chunk);
  const bool goes_on = place && !run_.chunks.empty() && place->file == run_.from.file &&
                       place->offset == run_.from.offset + run_.size && run_.size < kMaxRunBytes;
  if (!goes_on) {
    write_run();
  }
  if (!place) {
    write_chunk(chunk, at_);
  } else {
    if (!goes_on) {
      run_ = {std::move(*place), at_, 0, {}};
    }
    run_.chunks.push_back(chunk);
    run_.size += chunk.size;
  }
  at_ += chunk.size;
}

void FileCopy::finish() {
  write_run();
}

void FileCopy::write_run() {
  const Run run = std::exchange(run_, {});
  if (run.chunks.empty()) {
    return;
  }
  if (copy_run(run)) {
    has_shared_ = true;
    check_run(run);
    return;
  }
  can_share_ = false;
  std::uint64_t at = run.at;
  for (const ChunkRef& chunk : run.chunks) {
    write_chunk(chunk, at);
    at += chunk.size;
  }
}

/// The whole blocks, and what lies before and behind them. Nothing of it is believed yet.
bool FileCopy::copy_run(const Run& run) const {
  const std::uint64_t end = run.at + run.size;
  const std::uint64_t first = round_up(run.at);
  const std::uint64_t last = round_down(end);
  const std::uint64_t from = run.from.offset - run.at;  // may wrap, and wraps back
  if (first >= last ||
      !os::copy_range({*run.from.file, from + first}, {to_.file, first}, last - first)) {
    return false;
  }
  const auto copy_edge = [&](std::uint64_t begin, std::uint64_t edge_end) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(edge_end - begin));
    bytes.resize(os::pread_full(*run.from.file, bytes, from + begin, "pack"));
    os::pwrite_full(to_.file, bytes, begin, to_.name);
  };
  copy_edge(run.at, first);
  copy_edge(last, end);
  return true;
}

/// The bytes that arrived, not those that were to: a file system that shares has been wrong before.
void FileCopy::check_run(const Run& run) {
  std::vector<std::uint8_t> bytes;
  std::uint64_t at = run.at;
  for (const ChunkRef& chunk : run.chunks) {
    bytes.resize(chunk.size);
    const std::size_t got = os::pread_full(to_.file, bytes, at, to_.name);
    if (got == chunk.size && compute_id(ObjectType::chunk, bytes) == chunk.id) {
      to_.on_piece(chunk.size);
    } else {
      write_chunk(chunk, at);
    }
    at += chunk.size;
  }
}

void FileCopy::write_chunk(const ChunkRef& chunk, std::uint64_t at) {
  const ObjectView view = reader_.read_chunk(chunk);
  if (has_shared_) {
    os::pwrite_full(to_.file, view.bytes, at, to_.name);
  } else {
    os::write_full(to_.file, view.bytes, to_.name);
  }
  to_.on_piece(view.bytes.size());
}

}  // namespace mlops::store
