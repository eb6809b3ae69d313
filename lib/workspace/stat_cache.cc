#include "workspace/stat_cache.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "codec/bytes.h"
#include "os/clock.h"
#include "workspace/stat_cache_file.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

store::Entry make_entry(const os::FileStat& stat, const store::ObjectId& id) {
  store::Entry entry;
  entry.kind = stat.is_executable() ? store::EntryKind::executable : store::EntryKind::file;
  entry.size = stat.size;
  entry.files = 1;
  entry.id = id;
  return entry;
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

StatCache::StatCache(std::filesystem::path file) : file_(std::move(file)) {
  const auto stat = os::lstat_file(file_);
  if (stat && stat->kind == os::FileKind::regular) {
    saved_ = StatCacheFile::open(file_);
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
  if (saved_ == nullptr || is_forgotten(path) || !find_saved(path, hint)) {
    return std::nullopt;
  }
  const StatCacheFile::File found = saved_->file(hint.at);
  return found.stat == stat ? std::optional(make_entry(stat, found.id)) : std::nullopt;
}

/// Leaves its place in the hint.
bool StatCache::find_saved(std::string_view path, Hint& hint) const {
  const auto& files = saved_->files();
  hint.at = saved_->lower_bound(files, path, hint.at);
  return hint.at < files.count && saved_->path(files, hint.at) == path;
}

bool StatCache::has(std::string_view path) const {
  Hint none;
  return updates_.contains(path) ||
         (saved_ != nullptr && !is_forgotten(path) && find_saved(path, none));
}

/// The saved records of `table` below `path`, and the one of itself if there is one: two ranges, as
/// names may sort between a directory and what is in it.
StatCache::Ranges StatCache::ranges_of(const StatCacheFile::Table& table,
                                       std::string_view path) const {
  const Range below = below_of(path);
  Ranges ranges;
  ranges.itself = saved_->lower_bound(table, path);
  ranges.has_itself = ranges.itself < table.count && saved_->path(table, ranges.itself) == path;
  ranges.first = saved_->lower_bound(table, below.first, ranges.itself);
  ranges.last = saved_->lower_bound(table, below.end, ranges.first);
  return ranges;
}

std::size_t StatCache::count_within(std::string_view path) const {
  if (saved_ != nullptr && is_as_saved(path)) {
    const Ranges ranges = ranges_of(saved_->files(), path);
    return ranges.last - ranges.first + (ranges.has_itself ? 1 : 0);
  }
  std::size_t count = 0;
  for_each_within(path, [&](std::string_view) { ++count; });
  return count;
}

void StatCache::for_each_within(std::string_view path,
                                const std::function<void(std::string_view)>& visit) const {
  const Range below = below_of(path);
  if (updates_.contains(path)) {
    visit(path);
  }
  const auto end = updates_.lower_bound(below.end);
  for (auto update = updates_.lower_bound(below.first); update != end; ++update) {
    visit(update->first);
  }
  if (saved_ == nullptr) {
    return;
  }
  const auto& files = saved_->files();
  const auto visit_saved = [&](std::size_t i) {
    const std::string_view saved = saved_->path(files, i);
    if (!updates_.contains(saved) && !is_forgotten(saved)) {
      visit(saved);
    }
  };
  const Ranges ranges = ranges_of(files, path);
  if (ranges.has_itself) {
    visit_saved(ranges.itself);
  }
  for (std::size_t i = ranges.first; i < ranges.last; ++i) {
    visit_saved(i);
  }
}

void StatCache::put(std::string path,
                    const os::FileStat& stat,
                    const store::ObjectId& id,
                    std::optional<std::int64_t> read_at_ns) {
  forget_directories_above(path);
  updates_.insert_or_assign(std::move(path), Record{stat, id, read_at_ns});
  changed_ = true;
}

/// They are no longer what they were said to be.
void StatCache::forget_directories_above(std::string_view path) {
  const std::string_view parent = parent_of(path);
  if (last_parent_ == parent) {
    return;
  }
  last_parent_ = parent;
  for (const std::string_view ancestor : ancestors_of(path)) {
    if (const auto update = directory_updates_.find(ancestor); update != directory_updates_.end()) {
      directory_updates_.erase(update);
    }
    forgotten_directories_.emplace(ancestor);
  }
}

void StatCache::put_directory(std::string path, const CachedDirectory& directory) {
  last_parent_.reset();
  directory_updates_.insert_or_assign(std::move(path), directory);
  changed_ = true;
}

std::optional<CachedDirectory> StatCache::find_directory(std::string_view path) const {
  if (const auto update = directory_updates_.find(path); update != directory_updates_.end()) {
    return update->second;
  }
  if (saved_ == nullptr || is_forgotten(path) || forgotten_directories_.contains(path)) {
    return std::nullopt;
  }
  const Ranges ranges = ranges_of(saved_->directories(), path);
  return ranges.has_itself ? std::optional(saved_->directory(ranges.itself)) : std::nullopt;
}

/// Whether this process changed nothing of `path` and below it.
bool StatCache::is_as_saved(std::string_view path) const {
  const Range below = below_of(path);
  const auto has_none = [&](const auto& changes) {
    return !changes.contains(path) &&
           changes.lower_bound(below.first) == changes.lower_bound(below.end);
  };
  return !is_forgotten(path) && has_none(updates_) && has_none(directory_updates_) &&
         has_none(forgotten_) && has_none(forgotten_directories_);
}

std::optional<StatCache::Saved> StatCache::saved_within(std::string_view path) const {
  if (saved_ == nullptr || !is_as_saved(path)) {
    return std::nullopt;
  }
  const Ranges directories = ranges_of(saved_->directories(), path);
  const Ranges files = ranges_of(saved_->files(), path);
  Saved saved;
  saved.file_ = saved_.get();
  saved.top_ = directories.itself;
  saved.has_top_ = directories.has_itself;
  saved.first_directory_ = directories.first;
  saved.directories_below_ = directories.last - directories.first;
  saved.first_file_ = files.first;
  saved.files_ = files.last - files.first;
  return saved;
}

std::size_t StatCache::Saved::place_of(std::size_t index) const {
  if (!has_top_) {
    return first_directory_ + index;
  }
  return index == 0 ? top_ : first_directory_ + index - 1;
}

std::string_view StatCache::Saved::directory_path(std::size_t index) const {
  return file_->path(file_->directories(), place_of(index));
}

CachedDirectory StatCache::Saved::directory(std::size_t index) const {
  return file_->directory(place_of(index));
}

std::string_view StatCache::Saved::file_path(std::size_t index) const {
  return file_->path(file_->files(), first_file_ + index);
}

std::optional<store::Entry> StatCache::Saved::file(std::size_t index,
                                                   const os::FileStat& stat) const {
  const StatCacheFile::File found = file_->file(first_file_ + index);
  return found.stat == stat ? std::optional(make_entry(stat, found.id)) : std::nullopt;
}

void StatCache::forget(std::string_view path) {
  const Range below = below_of(path);
  updates_.erase(updates_.lower_bound(below.first), updates_.lower_bound(below.end));
  if (const auto same = updates_.find(path); same != updates_.end()) {
    updates_.erase(same);
  }
  directory_updates_.erase(directory_updates_.lower_bound(below.first),
                           directory_updates_.lower_bound(below.end));
  if (const auto same = directory_updates_.find(path); same != directory_updates_.end()) {
    directory_updates_.erase(same);
  }
  forget_directories_above(path);
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
  for (std::size_t i = 0; saved_ != nullptr && i < saved_->files().count; ++i) {
    const std::string_view path = saved_->path(saved_->files(), i);
    if (is_within(path, from) && !is_forgotten(path) && !updates_.contains(path)) {
      const StatCacheFile::File found = saved_->file(i);
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
  StatCacheBuilder builder((saved_ != nullptr ? saved_->files().count : 0) + updates_.size());
  add_files(builder);
  add_directories(builder);
  const codec::ByteWriter out = builder.finish();
  os::make_directories(file_.parent_path());
  os::write_file_atomic(file_, codec::as_text(out.bytes()), os::Durability::relaxed);
  changed_ = false;
}

void StatCache::add_files(StatCacheBuilder& builder) const {
  const std::int64_t now = os::wall_time_ns();
  auto next = updates_.begin();
  const auto add_updates_before = [&](std::optional<std::string_view> limit) {
    for (; next != updates_.end() && (!limit || next->first < *limit); ++next) {
      const Record& record = next->second;
      if (!is_racy(record.stat, std::min(now, record.read_at_ns.value_or(now)))) {
        builder.add_file(next->first, record.stat, record.id);
      }
    }
  };
  for (std::size_t i = 0; saved_ != nullptr && i < saved_->files().count; ++i) {
    const std::string_view path = saved_->path(saved_->files(), i);
    add_updates_before(path);
    if (!updates_.contains(path) && !is_forgotten(path)) {
      const StatCacheFile::File found = saved_->file(i);
      builder.add_file(path, found.stat, found.id);
    }
  }
  add_updates_before(std::nullopt);
}

void StatCache::add_directories(StatCacheBuilder& builder) const {
  auto next = directory_updates_.begin();
  const auto add_updates_before = [&](std::optional<std::string_view> limit) {
    for (; next != directory_updates_.end() && (!limit || next->first < *limit); ++next) {
      builder.add_directory(next->first, next->second);
    }
  };
  for (std::size_t i = 0; saved_ != nullptr && i < saved_->directories().count; ++i) {
    const std::string_view path = saved_->path(saved_->directories(), i);
    add_updates_before(path);
    if (!directory_updates_.contains(path) && !is_forgotten(path) &&
        !forgotten_directories_.contains(path)) {
      builder.add_directory(path, saved_->directory(i));
    }
  }
  add_updates_before(std::nullopt);
}

}  // namespace mlops::workspace
