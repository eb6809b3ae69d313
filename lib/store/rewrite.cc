#include "store/rewrite.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/hex.h"
#include "codec/crc32c.h"
#include "os/file.h"
#include "store/fsck.h"
#include "store/noise_runs.h"
#include "store/pack_publisher.h"

namespace mlops::store {

namespace {

/// The members of a block that are to stay, verified.
struct Kept {
  std::vector<PendingMember> members;
  std::vector<std::uint8_t> plain;
};

class PackRewriter {
 public:
  PackRewriter(const RewriteParts& parts, std::span<const PackName> names)
      : parts_(parts), names_(names), publisher_(parts.layout) {}

  /// False when something in it that is live cannot be read.
  bool copy(const PackName& name) {
    try {
      const auto pack = read_pack(parts_.layout, name);
      if (!pack || pack->bytes.size() != pack->size) {
        return false;
      }
      for (const BlockView& view : parse_pack(pack->bytes, "pack " + to_hex(name))) {
        Kept kept = take_live(view, to_hex(name));
        if (is_noise_run(view, kept.members.size())) {
          const auto offset = static_cast<std::uint64_t>(view.stored.data() - pack->bytes.data());
          append_as_in({open_pack(name), offset}, std::move(kept));
        } else {
          append(std::move(kept), view.head.codec);
        }
      }
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      return false;
    }
  }

  void finish() {
    if (!builder_.is_empty()) {
      publisher_.publish(std::exchange(builder_, publisher_.begin()));
    }
    publisher_.wait();
  }

  PackPublisher::Published take_published() { return publisher_.take_published(); }

 private:
  /// In a pack that stays.
  bool has_sound_copy(const Member& member) const {
    const auto places = parts_.catalog.find(member.id);
    return std::any_of(places.begin(), places.end(), [&](const Location& place) {
      return !std::binary_search(names_.begin(), names_.end(), place.pack) &&
             is_sound(place, member);
    });
  }

  bool is_sound(const Location& place, const Member& member) const {
    try {
      const auto block = parts_.packs.load_block(place.pack, place.object.block_offset);
      const std::size_t inner = place.object.inner_offset;
      return inner <= block->size && member.length <= block->size - inner &&
             compute_id(member.type, block->bytes().subspan(inner, member.length)) == member.id;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      return false;
    }
  }

  Kept take_live(const BlockView& view, const std::string& pack) {
    Kept kept;
    const auto is_live = [&](const Member& member) { return parts_.live.has(member.id); };
    if (std::none_of(view.members.begin(), view.members.end(), is_live)) {
      return kept;
    }
    std::vector<std::uint8_t> plain(view.head.plain_length);
    decode_stored(view.head, view.stored, plain, pack);
    std::size_t inner = 0;
    for (const Member& member : view.members) {
      const auto content = std::span(plain).subspan(inner, member.length);
      inner += member.length;
      if (!is_live(member)) {
        continue;
      }
      if (compute_id(member.type, content) != member.id) {
        throw Error(ErrorKind::corrupt, "content does not match its id");
      }
      if (!parts_.copied.has(member.id) && !has_sound_copy(member)) {
        kept.members.push_back({member, codec::crc32c(content)});
        kept.plain.insert(kept.plain.end(), content.begin(), content.end());
      }
    }
    for (const PendingMember& pending : kept.members) {
      parts_.copied.insert(pending.member.id);
    }
    return kept;
  }

  std::shared_ptr<const os::Fd> open_pack(const PackName& name) {
    if (opened_name_ != name || !opened_) {
      auto fd = os::open_regular(parts_.layout.pack(name));
      if (!fd) {
        throw Error(ErrorKind::corrupt, "pack " + to_hex(name) + " is missing");
      }
      opened_ = std::make_shared<const os::Fd>(std::move(*fd));
      opened_name_ = name;
    }
    return opened_;
  }

  /// It lies in the new pack as in the old one, and shares its blocks.
  void append_as_in(const FilePlace& place, Kept kept) {
    builder_.append_as_in(
        place, encode_block(std::move(kept.members), kept.plain, PlacementHint::Compress::no));
    publish_if_full();
  }

  void append(Kept kept, BlockCodec codec) {
    if (kept.members.empty()) {
      return;
    }
    // What was stored as it is once need not be tried again.
    const auto compress =
        codec == BlockCodec::raw ? PlacementHint::Compress::no : PlacementHint::Compress::automatic;
    builder_.append(encode_block(std::move(kept.members), kept.plain, compress));
    publish_if_full();
  }

  void publish_if_full() {
    if (builder_.size() >= kTargetPackBytes) {
      publisher_.publish(std::exchange(builder_, publisher_.begin()));
    }
  }

  const RewriteParts& parts_;
  std::span<const PackName> names_;
  PackBuilder builder_;
  PackName opened_name_{};
  std::shared_ptr<const os::Fd> opened_;
  PackPublisher publisher_;
};

// ---- the index

constexpr std::size_t kMaxMergedRecords = 1U
                                          << 20U;  ///< 50 MB of segment, and twice that in memory
constexpr std::size_t kManySegments = 8;

bool is_small(const IndexSegment& index) {
  return index.record_count() < kMaxMergedRecords / 2;
}

bool names_any(const IndexSegment& index, std::span<const PackName> gone) {
  return std::any_of(index.packs().begin(), index.packs().end(), [&](const PackInfo& pack) {
    return std::binary_search(gone.begin(), gone.end(), pack.name);
  });
}

struct PackPlace {
  PackInfo info;
  std::size_t records = 0;
};

/// Packs of the segments that are to be replaced, each once, less those that are gone.
std::vector<PackPlace> packs_to_keep(const std::vector<Mark::Segment>& replaced,
                                     std::span<const PackName> gone) {
  std::map<PackName, PackPlace> packs;
  for (const Mark::Segment& index : replaced) {
    std::vector<std::size_t> counts(index->packs().size());
    for (std::size_t at = 0; at < index->record_count(); ++at) {
      const std::uint32_t pack = index->record(at).pack;
      if (pack < counts.size()) {
        ++counts[pack];
      }
    }
    for (std::size_t number = 0; number < counts.size(); ++number) {
      const PackInfo& info = index->packs()[number];
      if (!std::binary_search(gone.begin(), gone.end(), info.name)) {
        PackPlace& place = packs[info.name];
        place.info = info;
        place.records += counts[number];
      }
    }
  }
  std::vector<PackPlace> list;
  list.reserve(packs.size());
  for (auto& [name, place] : packs) {
    list.push_back(place);
  }
  return list;
}

/// One segment for these packs, durable under its name.
std::string write_segment(const Layout& layout,
                          std::span<const PackPlace> packs,
                          const std::vector<Mark::Segment>& sources) {
  std::map<PackName, std::uint32_t> numbers;
  std::vector<PackInfo> infos;
  for (const PackPlace& pack : packs) {
    numbers.emplace(pack.info.name, static_cast<std::uint32_t>(infos.size()));
    infos.push_back(pack.info);
  }
  std::vector<IndexRecord> records;
  for (const Mark::Segment& index : sources) {
    std::vector<std::optional<std::uint32_t>> renumbered;
    for (const PackInfo& info : index->packs()) {
      const auto number = numbers.find(info.name);
      renumbered.push_back(number == numbers.end() ? std::nullopt : std::optional(number->second));
    }
    for (std::size_t at = 0; at < index->record_count(); ++at) {
      IndexRecord record = index->record(at);
      if (record.pack < renumbered.size() && renumbered[record.pack]) {
        record.pack = *renumbered[record.pack];
        records.push_back(record);
      }
    }
  }
  // A pack may stand in two of them.
  const auto place = [](const IndexRecord& record) {
    return std::tie(
        record.object.id, record.pack, record.object.block_offset, record.object.inner_offset);
  };
  std::sort(records.begin(), records.end(), [&](const IndexRecord& a, const IndexRecord& b) {
    return place(a) < place(b);
  });
  const auto twice =
      std::unique(records.begin(), records.end(), [&](const IndexRecord& a, const IndexRecord& b) {
        return place(a) == place(b);
      });
  records.erase(twice, records.end());
  return publish_segment(layout, encode_segment(infos, std::move(records)));
}

}  // namespace

RewriteResult rewrite_packs(const RewriteParts& parts,
                            std::span<const PackName> names,
                            Progress& progress,
                            const CancelToken& cancel) {
  RewriteResult result;
  if (names.empty()) {
    return result;
  }
  PackRewriter rewriter(parts, names);
  PackPublisher::Published published;
  progress.begin("rewriting packs", names.size(), 0);
  try {
    for (const PackName& name : names) {
      cancel.check();
      (rewriter.copy(name) ? result.replaced : result.damaged).push_back(name);
      progress.advance(1, 0);
    }
    rewriter.finish();
    published = rewriter.take_published();
    if (!published.packs.empty()) {
      parts.catalog.add_segment(published.packs, published.records);
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::io) {
      throw;
    }
    result.replaced.clear();
    result.problem = error.message();
    if (published.packs.empty()) {
      published = rewriter.take_published();
    }
  }
  progress.end();
  for (const PackInfo& pack : published.packs) {
    result.written.push_back(pack.name);
  }
  return result;
}

void rewrite_index(const Layout& layout,
                   const std::vector<Mark::Segment>& kept,
                   std::span<const PackName> gone) {
  const std::vector<std::string> files = os::list_directory(layout.indexes());
  const auto small =
      std::count_if(kept.begin(), kept.end(), [](const auto& index) { return is_small(*index); });
  const bool merges = static_cast<std::size_t>(small) >= kManySegments;
  std::vector<Mark::Segment> replaced;
  std::vector<std::string> staying;
  for (const Mark::Segment& index : kept) {
    const bool has_file = std::binary_search(files.begin(), files.end(), index->name());
    if (!has_file || names_any(*index, gone) || (merges && is_small(*index))) {
      replaced.push_back(index);
    } else {
      staying.push_back(index->name());
    }
  }
  const std::vector<PackPlace> packs = packs_to_keep(replaced, gone);
  for (std::size_t start = 0; start < packs.size();) {
    std::size_t end = start;
    std::size_t records = 0;
    while (end < packs.size() &&
           (end == start || records + packs[end].records <= kMaxMergedRecords)) {
      records += packs[end].records;
      ++end;
    }
    staying.push_back(
        write_segment(layout, std::span(packs).subspan(start, end - start), replaced));
    start = end;
  }
  for (const std::string& file : files) {
    const bool stays = std::find(staying.begin(), staying.end(), file) != staying.end();
    PackName digest;
    // A name that is no digest was no segment of ours, unless it was read as one.
    const bool is_segment = from_hex(file, digest) ||
                            std::any_of(replaced.begin(), replaced.end(), [&](const auto& index) {
                              return index->name() == file;
                            });
    if (!stays && is_segment) {
      os::remove_file(layout.indexes() / file);
    }
  }
  os::sync_directory(layout.indexes());
}

void drop_index(const Layout& layout,
                const std::vector<Mark::Segment>& kept,
                std::span<const PackName> gone) {
  for (const Mark::Segment& index : kept) {
    if (names_any(*index, gone)) {
      os::remove_file(layout.indexes() / index->name());
    }
  }
  os::sync_directory(layout.indexes());
}

}  // namespace mlops::store
