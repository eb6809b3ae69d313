#include "workspace/foreign_import.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "os/file.h"
#include "workspace/dvc_files.h"
#include "workspace/stable_read.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// Versions are unfolded so many files at a time.
constexpr std::size_t kBatchFiles = 200'000;

/// One content of the other tool, wherever it stands.
struct Job {
  store::ForeignId id;  ///< kind file
  std::string data_set;
  std::string path;                 ///< of the first place where it stands
  std::vector<std::string> here{};  ///< places in the work tree that may have it
  ImportedVersion::State state = ImportedVersion::State::missing;
  std::string problem{};
  store::Entry entry{};
};

/// A file of a version: where it stands, and the job that brings it.
struct Placed {
  std::string_view path;  ///< from the data set
  std::size_t job = 0;
};

store::Entry put_directory(store::Writer& writer,
                           std::span<const Placed> files,
                           std::size_t depth,  ///< bytes of the paths that are behind us
                           const std::vector<Job>& jobs,
                           const std::string& group,
                           const std::string& directory) {
  store::Node node;
  for (std::size_t i = 0; i < files.size();) {
    const std::string_view rest = files[i].path.substr(depth);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
      node.entries.push_back(jobs[files[i].job].entry);
      node.entries.back().name = rest;
      ++i;
      continue;
    }
    const std::string_view front = files[i].path.substr(0, depth + slash + 1);
    std::size_t end = i;
    while (end < files.size() && files[end].path.starts_with(front)) {
      ++end;
    }
    const std::string name(rest.substr(0, slash));
    node.entries.push_back(put_directory(
        writer, files.subspan(i, end - i), front.size(), jobs, group, join_path(directory, name)));
    node.entries.back().name = name;
    i = end;
  }
  std::sort(node.entries.begin(),
            node.entries.end(),
            [](const store::Entry& a, const store::Entry& b) { return a.name < b.name; });
  store::Entry made;
  made.kind = store::EntryKind::directory;
  made.files = 0;
  for (const store::Entry& entry : node.entries) {
    made.files += entry.files;
    made.size += entry.size;
  }
  made.id = writer.put_node(node, {.group = group, .directory = directory, .compress = {}});
  return made;
}

class Importer {
 public:
  Importer(Workspace& workspace,
           const ForeignCache& cache,
           store::Writer* writer,
           const BeforeImport& before_reading,
           Progress& progress,
           const CancelToken& cancel)
      : workspace_(workspace),
        cache_(cache),
        writer_(writer),
        before_reading_(before_reading),
        progress_(progress),
        cancel_(cancel) {}

  std::vector<ImportedVersion> run(const std::vector<ForeignVersion>& versions) {
    std::vector<ImportedVersion> results;
    for (std::size_t next = 0; next < versions.size();) {
      std::vector<Unfolded> batch;
      const std::size_t first = next;
      for (std::size_t files = 0; next < versions.size() && files < kBatchFiles; ++next) {
        cancel_.check();
        batch.push_back(unfold(versions[next]));
        files += batch.back().files.size();
      }
      bring();
      for (std::size_t i = 0; i < batch.size(); ++i) {
        results.push_back(finish(versions[first + i], std::move(batch[i])));
      }
    }
    return results;
  }

 private:
  struct Unfolded {
    std::vector<DvcListedFile> listing;
    std::vector<Placed> files;  ///< their paths are those of the listing
    ImportedVersion result;
  };

  Unfolded unfold(const ForeignVersion& version) {
    Unfolded unfolded;
    if (version.id.kind != store::EntryKind::directory) {
      unfolded.files.push_back({{}, job_of(version, version.id.digest, version.path)});
      return unfolded;
    }
    const std::vector<std::uint8_t> bytes = read_listing(version, unfolded.result);
    if (unfolded.result.state != ImportedVersion::State::imported) {
      return unfolded;
    }
    try {
      unfolded.listing = parse_dvc_listing(
          codec::as_text(bytes),
          fmt::format("the listing of {} ({})", quote(version.path), version.id.digest));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      unfolded.result.state = ImportedVersion::State::unusable;
      unfolded.result.problem = error.message();
      return unfolded;
    }
    for (const DvcListedFile& file : unfolded.listing) {
      if (refuses(file.path, unfolded.result)) {
        return unfolded;
      }
      unfolded.files.push_back(
          {file.path, job_of(version, file.md5, join_path(version.path, file.path))});
    }
    return unfolded;
  }

  /// As add does: a checkout would not write them.
  static bool refuses(std::string_view path, ImportedVersion& result) {
    for (const std::string_view name : split(path, '/')) {
      if (store::is_git_settings_name(name)) {
        result.state = ImportedVersion::State::unusable;
        result.problem = quote(path) + " in it would change what git does where it is checked out";
        return true;
      }
    }
    return false;
  }

  /// All of a file of the cache whose bytes are those of the id.
  std::vector<std::uint8_t> read_listing(const ForeignVersion& version, ImportedVersion& result) {
    result.state = ImportedVersion::State::missing;
    result.problem = "the cache lacks the listing " + version.id.digest + ".dir";
    try {
      for (const ForeignCache::Found& found : cache_.find(version.id)) {
        const std::uint64_t size = os::stat_fd(found.fd, found.path).size;
        std::vector<std::uint8_t> bytes(std::min(size, kMaxDvcListingBytes));
        bytes.resize(os::read_full(found.fd, bytes, found.path));
        ForeignHasher hasher(version.id.hash);
        hasher.update(bytes);
        if (hasher.matches(version.id)) {
          result.state = ImportedVersion::State::imported;
          result.problem.clear();
          return bytes;
        }
        result.state = ImportedVersion::State::damaged;
        result.problem = quote(found.path.string()) + " is not what its name says";
      }
    } catch (const Error& error) {
      note_unreadable(error, result.state, result.problem);
    }
    return {};
  }

  std::size_t job_of(const ForeignVersion& version, const std::string& md5, std::string path) {
    store::ForeignId id = version.id;
    id.kind = store::EntryKind::file;
    id.digest = md5;
    const auto [known, is_new] = job_by_id_.emplace(id, jobs_.size());
    if (is_new) {
      jobs_.push_back({.id = std::move(id), .data_set = version.path, .path = path});
    }
    if (version.work_tree == ForeignVersion::WorkTree::ask) {
      jobs_[known->second].here.push_back(std::move(path));
    }
    return known->second;
  }

  // ---- bytes

  void bring() {
    const std::size_t first = done_;
    done_ = jobs_.size();
    if (writer_ != nullptr && before_reading_) {
      before_reading_(size_of(first));
    }
    progress_.begin(writer_ != nullptr ? "taking over" : "looking", done_ - first, 0);
    workspace_.pool().for_each(done_ - first, [&](std::size_t i) {
      cancel_.check();
      if (Job& job = jobs_[first + i]; writer_ != nullptr) {
        bring(job);
      } else {
        look(job);
      }
      progress_.advance(1, 0);
    });
    progress_.end();
  }

  /// Of the files of the cache that the jobs from `first` on are about.
  std::uint64_t size_of(std::size_t first) {
    std::atomic<std::uint64_t> bytes = 0;
    workspace_.pool().for_each(done_ - first, [&](std::size_t i) {
      cancel_.check();
      bytes += cache_.size_of(jobs_[first + i].id);
    });
    return bytes;
  }

  void look(Job& job) const {
    if (cache_.has(job.id) || !regular_files(job).empty()) {
      job.state = ImportedVersion::State::imported;
    } else {
      job.problem = lacks(job);
    }
  }

  std::vector<std::string> regular_files(const Job& job) const {
    std::vector<std::string> files;
    for (const std::string& path : job.here) {
      const auto stat = workspace_.tree().lstat(path);
      if (stat && stat->kind == os::FileKind::regular) {
        files.push_back(path);
      }
    }
    return files;
  }

  static std::string lacks(const Job& job) {
    return fmt::format("the cache lacks {} for {}", job.id.digest, quote(job.path));
  }

  void bring(Job& job) {
    job.problem = lacks(job);
    for (const ForeignCache::Found& found : find_cached(job)) {
      if (take(job, found.fd, found.path.string())) {
        return;
      }
    }
    const std::string damage =
        job.state == ImportedVersion::State::damaged ? job.problem : std::string();
    for (const std::string& path : regular_files(job)) {
      if (take(job, workspace_.tree().open_file(path), path)) {
        if (!damage.empty()) {
          progress_.warn(damage + ": its content was taken from the work tree");
        }
        return;
      }
    }
    job.state = damage.empty() ? ImportedVersion::State::missing : ImportedVersion::State::damaged;
    job.problem = damage.empty() ? lacks(job) : damage;
  }

  std::vector<ForeignCache::Found> find_cached(Job& job) const {
    try {
      return cache_.find(job.id);
    } catch (const Error& error) {
      note_unreadable(error, job.state, job.problem);
      return {};
    }
  }

  /// False when the bytes are others: what of them is stored then, nothing leads to.
  bool take(Job& job, const os::Fd& fd, const std::string& name) {
    ForeignHasher hasher(job.id.hash);
    store::Entry entry;
    try {
      entry = put(job, hasher, fd, name);
    } catch (const Unreadable& trouble) {
      job.state = ImportedVersion::State::damaged;
      job.problem = trouble.problem;
      return false;
    }
    if (!hasher.matches(job.id)) {
      job.state = ImportedVersion::State::damaged;
      job.problem = quote(name) + " is not what its name says";
      return false;
    }
    job.state = ImportedVersion::State::imported;
    job.entry = std::move(entry);
    job.entry.kind = store::EntryKind::file;
    job.entry.files = 1;
    return true;
  }

  /// Throws Unreadable for trouble of the file itself, apart from that of the store.
  store::Entry put(const Job& job,
                   ForeignHasher& hasher,
                   const os::Fd& fd,
                   const std::string& name) const {
    return writer_->put_file(
        [&](std::span<std::uint8_t> buffer) {
          cancel_.check();
          const std::size_t count = read(fd, buffer, name);
          hasher.update(buffer.first(count));
          progress_.advance(0, count);
          return count;
        },
        {.group = job.data_set, .directory = std::string(parent_of(job.path)), .compress = {}});
  }

  static std::size_t read(const os::Fd& fd,
                          std::span<std::uint8_t> buffer,
                          const std::string& name) {
    try {
      return os::read_full(fd, buffer, name);
    } catch (const Error& error) {
      throw Unreadable{error.message()};
    }
  }

  /// A link, a directory or a disk that fails in the place of a cached file.
  static void note_unreadable(const Error& error,
                              ImportedVersion::State& state,
                              std::string& problem) {
    if (error.kind() != ErrorKind::conflict && error.kind() != ErrorKind::io) {
      throw error;
    }
    state = ImportedVersion::State::damaged;
    problem = error.message();
  }

  // ---- versions

  ImportedVersion finish(const ForeignVersion& version, Unfolded unfolded) {
    ImportedVersion result = std::move(unfolded.result);
    if (result.state != ImportedVersion::State::imported) {
      return result;
    }
    result.files = unfolded.files.size();
    for (const Placed& file : unfolded.files) {
      const Job& job = jobs_[file.job];
      result.bytes += job.entry.size;
      if (job.state > result.state) {
        result.state = job.state;
        result.problem = job.problem;
      }
    }
    if (result.state != ImportedVersion::State::imported || writer_ == nullptr) {
      return result;
    }
    if (version.id.kind == store::EntryKind::directory) {
      result.top = put_directory(*writer_, unfolded.files, 0, jobs_, version.path, version.path);
    } else {
      result.top = jobs_[unfolded.files.front().job].entry;
      result.top.kind = version.id.kind;
    }
    return result;
  }

  Workspace& workspace_;
  const ForeignCache& cache_;
  store::Writer* writer_;
  const BeforeImport& before_reading_;
  Progress& progress_;
  const CancelToken& cancel_;
  std::vector<Job> jobs_;
  std::map<store::ForeignId, std::size_t> job_by_id_;
  std::size_t done_ = 0;  ///< of the jobs
};

}  // namespace

std::vector<ImportedVersion> import_versions(Workspace& workspace,
                                             const ForeignCache& cache,
                                             const std::vector<ForeignVersion>& versions,
                                             store::Writer* writer,
                                             const BeforeImport& before_reading,
                                             const os::Waiter& waiter) {
  return Importer(workspace, cache, writer, before_reading, waiter.progress, waiter.cancel)
      .run(versions);
}

}  // namespace mlops::workspace
