#include "workspace/stat_cache.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "codec/bytes.h"
#include "codec/crc32c.h"
#include "os/clock.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

constexpr std::string_view kMagic = "MLSTATC2";
constexpr std::size_t kHeaderBytes = 8 + 8 + 8;
constexpr std::size_t kRecordBytes = 8 + 3 * 4 + 6 * 8 + 32;
constexpr std::size_t kTrailerBytes = 4;

store::Entry make_entry(const os::FileStat& stat, const store::ObjectId& id) {
  store::Entry entry;
  entry.kind = stat.is_executable() ? store::EntryKind::executable : store::EntryKind::file;
  entry.size = stat.size;
  entry.files = 1;
  entry.id = id;
  return entry;
}

void write_record(codec::ByteWriter& out,
                  std::uint64_t name_offset,
                  std::string_view path,
                  const os::FileStat& stat,
                  const store::ObjectId& id) {
  out.u64(name_offset);
  out.u32(static_cast<std::uint32_t>(path.size()));
  out.u32(stat.mode);
  out.u32(stat.owner);
  out.u64(stat.size);
  out.u64(stat.dev);
  out.u64(stat.ino);
  out.u64(stat.nlink);
  out.u64(static_cast<std::uint64_t>(stat.mtime_ns));
  out.u64(static_cast<std::uint64_t>(stat.ctime_ns));
  out.put(id.bytes);
}

/// What sorts from `first` to before `end` lies below a directory.
struct Range {
  std::string first;
  std::string end;
};

Range below_of(std::string_view path) {
  return {std::string(path) + '/', std::string(path) + static_cast<char>('/' + 1)};
}

}  // namespace

bool is_racy(const os::FileStat& stat, std::int64_t now_ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t tick = stat.ctime_ns % kSecond == 0 ? 2 * kSecond : kSecond / 50;
  return std::max(stat.mtime_ns, stat.ctime_ns) > now_ns - tick;
}

/// The file as it was saved, searched where it lies. Only `open` judges its bytes: afterwards every
/// offset is known to be within them.
class StatCache::Mapping {
 public:
  struct Found {
    os::FileStat stat;
    store::ObjectId id;
  };

  static std::unique_ptr<Mapping> open(const std::filesystem::path& file) {
    auto mapping = std::unique_ptr<Mapping>(new Mapping(file));
    return mapping->is_sound() ? std::move(mapping) : nullptr;
  }

  std::size_t count() const { return count_; }

  std::string_view path(std::size_t index) const {
    codec::ByteReader reader(record(index), "stat cache");
    const std::uint64_t offset = reader.u64();
    const std::uint32_t length = reader.u32();
    return names_.substr(offset, length);
  }

  Found at(std::size_t index) const {
    codec::ByteReader reader(record(index), "stat cache");
    reader.take(12);
    Found found;
    found.stat.kind = os::FileKind::regular;
    found.stat.mode = reader.u32();
    found.stat.owner = reader.u32();
    found.stat.size = reader.u64();
    found.stat.dev = reader.u64();
    found.stat.ino = reader.u64();
    found.stat.nlink = reader.u64();
    found.stat.mtime_ns = static_cast<std::int64_t>(reader.u64());
    found.stat.ctime_ns = static_cast<std::int64_t>(reader.u64());
    const auto id = reader.take(found.id.bytes.size());
    std::copy(id.begin(), id.end(), found.id.bytes.begin());
    return found;
  }

  std::optional<Found> find(std::string_view wanted, Hint& hint) const {
    hint.at = lower_bound(wanted, hint.at);
    if (hint.at == count_ || path(hint.at) != wanted) {
      return std::nullopt;
    }
    return at(hint.at);
  }

  /// The first record that is not before `wanted`.
  std::size_t lower_bound(std::string_view wanted, std::size_t start = 0) const {
    auto [low, high] = bracket(wanted, start);
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (path(middle) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

 private:
  explicit Mapping(const std::filesystem::path& file) : file_(file), bytes_(file_.bytes()) {}

  /// The range in which `wanted` has its place, by steps from `start` that double.
  std::pair<std::size_t, std::size_t> bracket(std::string_view wanted, std::size_t start) const {
    if (start > count_ || (start > 0 && !(path(start - 1) < wanted))) {
      return {0, std::min(start, count_)};
    }
    std::size_t low = start;
    std::size_t step = 1;
    while (low + step <= count_ && path(low + step - 1) < wanted) {
      low += step;
      step *= 2;
    }
    return {low, std::min(low + step, count_)};
  }

  std::span<const std::uint8_t> record(std::size_t index) const {
    return bytes_.subspan(kHeaderBytes + index * kRecordBytes, kRecordBytes);
  }

  bool is_sound() {
    if (bytes_.size() < kHeaderBytes + kTrailerBytes ||
        codec::as_text(bytes_.first(kMagic.size())) != kMagic) {
      return false;
    }
    const auto body = bytes_.first(bytes_.size() - kTrailerBytes);
    codec::ByteReader trailer(bytes_.last(kTrailerBytes), "stat cache");
    if (trailer.u32() != codec::crc32c(body)) {
      return false;
    }
    codec::ByteReader header(body.subspan(kMagic.size()), "stat cache");
    const std::uint64_t count = header.u64();
    const std::uint64_t name_bytes = header.u64();
    const std::uint64_t room = body.size() - kHeaderBytes;
    if (count > room / kRecordBytes || name_bytes != room - count * kRecordBytes) {
      return false;
    }
    count_ = count;
    names_ = codec::as_text(body.last(name_bytes));
    return are_names_sound();
  }

  bool are_names_sound() const {
    std::string_view before;
    for (std::size_t i = 0; i < count_; ++i) {
      codec::ByteReader reader(record(i), "stat cache");
      const std::uint64_t offset = reader.u64();
      const std::uint32_t length = reader.u32();
      if (length == 0 || offset > names_.size() || length > names_.size() - offset) {
        return false;
      }
      const std::string_view name = names_.substr(offset, length);
      if (i > 0 && name <= before) {
        return false;
      }
      before = name;
    }
    return true;
  }

  os::MappedFile file_;
  std::span<const std::uint8_t> bytes_;
  std::size_t count_ = 0;
  std::string_view names_;
};

StatCache::StatCache(std::filesystem::path file) : file_(std::move(file)) {
  const auto stat = os::lstat_file(file_);
  if (stat && stat->kind == os::FileKind::regular) {
    saved_ = Mapping::open(file_);
  }
}

StatCache::~StatCache() = default;

bool StatCache::is_forgotten(std::string_view path) const {
  if (forgotten_.empty()) {
    return false;
  }
  const auto ancestors = ancestors_of(path);
  return forgotten_.contains(path) ||
         std::any_of(ancestors.begin(), ancestors.end(), [&](std::string_view ancestor) {
           return forgotten_.contains(ancestor);
         });
}

std::optional<store::Entry> StatCache::find(std::string_view path,
                                            const os::FileStat& stat,
                                            Hint& hint) const {
  if (const auto update = updates_.find(path); update != updates_.end()) {
    const Record& record = update->second;
    const bool usable =
        record.stat == stat && !is_racy(stat, record.read_at_ns.value_or(os::wall_time_ns()));
    return usable ? std::optional(make_entry(stat, record.id)) : std::nullopt;
  }
  if (saved_ == nullptr || is_forgotten(path)) {
    return std::nullopt;
  }
  const auto found = saved_->find(path, hint);
  if (!found || found->stat != stat) {
    return std::nullopt;
  }
  return make_entry(stat, found->id);
}

bool StatCache::has(std::string_view path) const {
  Hint none;
  return updates_.contains(path) ||
         (saved_ != nullptr && !is_forgotten(path) && saved_->find(path, none));
}

std::size_t StatCache::count_within(std::string_view path) const {
  std::size_t count = updates_.contains(path) ? 1 : 0;
  const Range below = below_of(path);
  count += static_cast<std::size_t>(
      std::distance(updates_.lower_bound(below.first), updates_.lower_bound(below.end)));
  if (saved_ == nullptr) {
    return count;
  }
  const auto is_ours = [&](std::size_t i) {
    const std::string_view saved = saved_->path(i);
    return !updates_.contains(saved) && !is_forgotten(saved);
  };
  const std::size_t same = saved_->lower_bound(path);
  count += same < saved_->count() && saved_->path(same) == path && is_ours(same) ? 1U : 0U;
  const std::size_t end = saved_->lower_bound(below.end);
  for (std::size_t i = saved_->lower_bound(below.first); i < end; ++i) {
    count += is_ours(i) ? 1U : 0U;
  }
  return count;
}

void StatCache::put(std::string path,
                    const os::FileStat& stat,
                    const store::ObjectId& id,
                    std::optional<std::int64_t> read_at_ns) {
  updates_.insert_or_assign(std::move(path), Record{stat, id, read_at_ns});
  changed_ = true;
}

void StatCache::forget(std::string_view path) {
  const Range below = below_of(path);
  updates_.erase(updates_.lower_bound(below.first), updates_.lower_bound(below.end));
  if (const auto same = updates_.find(path); same != updates_.end()) {
    updates_.erase(same);
  }
  forgotten_.emplace(path);
  changed_ = true;
}

void StatCache::move(std::string_view from, std::string_view to) {
  std::map<std::string, Record, std::less<>> moved;
  const auto add = [&](std::string_view path, const Record& record) {
    moved.emplace(std::string(to).append(path.substr(from.size())), record);
  };
  for (const auto& [path, record] : updates_) {
    if (is_within(path, from)) {
      add(path, record);
    }
  }
  // What was saved was not racy: it was read after the last tick in which it changed.
  const std::int64_t now = os::wall_time_ns();
  for (std::size_t i = 0; saved_ != nullptr && i < saved_->count(); ++i) {
    const std::string_view path = saved_->path(i);
    if (is_within(path, from) && !is_forgotten(path) && !updates_.contains(path)) {
      const Mapping::Found found = saved_->at(i);
      add(path, {found.stat, found.id, now});
    }
  }
  forget(from);
  forget(to);
  updates_.merge(moved);
}

void StatCache::save() {
  if (!changed_) {
    return;
  }
  const std::int64_t now = os::wall_time_ns();
  codec::ByteWriter records;
  std::string names;
  std::uint64_t count = 0;
  const std::size_t expected = (saved_ != nullptr ? saved_->count() : 0) + updates_.size();
  records.reserve(expected * kRecordBytes);
  const auto add = [&](std::string_view path, const os::FileStat& stat, const store::ObjectId& id) {
    write_record(records, names.size(), path, stat, id);
    names += path;
    ++count;
  };
  auto next = updates_.begin();
  const auto add_updates_before = [&](std::optional<std::string_view> limit) {
    for (; next != updates_.end() && (!limit || next->first < *limit); ++next) {
      const Record& record = next->second;
      if (!is_racy(record.stat, std::min(now, record.read_at_ns.value_or(now)))) {
        add(next->first, record.stat, record.id);
      }
    }
  };
  for (std::size_t i = 0; saved_ != nullptr && i < saved_->count(); ++i) {
    const std::string_view path = saved_->path(i);
    add_updates_before(path);
    if (!updates_.contains(path) && !is_forgotten(path)) {
      const Mapping::Found found = saved_->at(i);
      add(path, found.stat, found.id);
    }
  }
  add_updates_before(std::nullopt);
  codec::ByteWriter out;
  out.reserve(kHeaderBytes + records.size() + names.size() + kTrailerBytes);
  out.put(codec::as_bytes(kMagic));
  out.u64(count);
  out.u64(names.size());
  out.put(records.bytes());
  out.put(codec::as_bytes(names));
  out.u32(codec::crc32c(out.bytes()));
  os::make_directories(file_.parent_path());
  os::write_file_atomic(file_, codec::as_text(out.bytes()), os::Durability::relaxed);
  changed_ = false;
}

}  // namespace mlops::workspace
