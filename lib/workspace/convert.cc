#include "workspace/convert.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/file.h"
#include "workspace/add_checks.h"
#include "workspace/base_version.h"
#include "workspace/convert_files.h"
#include "workspace/data_sets.h"
#include "workspace/leftovers.h"
#include "workspace/run_lock.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

class Converter {
 public:
  Converter(Workspace& workspace,
            const ConvertOptions& options,
            Progress& progress,
            const CancelToken& cancel)
      : workspace_(workspace),
        options_(options),
        progress_(progress),
        cancel_(cancel),
        index_(workspace.repository()) {}

  /// The order is the contract (mlops-store(5)): content and roots, the map, then what
  /// convert_files does.
  ConvertResult run() {
    const std::vector<ForeignSet> sets = find_foreign_sets(workspace_, index_, options_.tool);
    check(sets);
    plan(sets);
    const auto caches = find_foreign_caches(workspace_, index_, options_.tool);
    for (const auto& cache : caches) {
      if (os::lstat_file(cache)) {
        result_.caches.push_back(cache.string());
      }
    }
    const ForeignCache cache(caches);
    if (options_.dry_run == DryRun::yes) {
      judge(sets, import_versions(workspace_, cache, versions_, nullptr, {}, {progress_, cancel_}));
      return std::move(result_);
    }
    if (versions_.empty() && options_.files.removed.empty()) {
      return std::move(result_);
    }
    const os::Waiter waiter{progress_, cancel_};
    const auto writer =
        workspace_.store().begin_write(options_.wait == os::LockWait::yes ? &waiter : nullptr);
    const auto check = [&](std::uint64_t bytes) {
      check_disk(workspace_,
                 bytes,
                 "the other tool's cache",
                 "mlops config store.path <directory> of a larger disk",
                 options_.on_large);
    };
    const auto imported =
        import_versions(workspace_, cache, versions_, writer.get(), check, waiter);
    judge(sets, imported);
    commit(*writer, imported);
    result_.counts = writer->counts();
    const FileChanges files = plan_files();
    result_.staged = replace_files(workspace_, index_, options_.tool, result_.data_sets, files);
    note_bases();
    sweep();
    return std::move(result_);
  }

 private:
  void check(const std::vector<ForeignSet>& sets) const {
    if (sets.empty() && options_.files.removed.empty()) {
      return;
    }
    check_index(workspace_, index_);
    check_files(workspace_, index_, options_.tool, sets);
    check_replaced(workspace_, index_, options_.files.removed, options_.files.written);
    std::vector<TakenOverPath> paths;
    for (const ForeignSet& set : sets) {
      if (index_.has_file(pointer_path(set.path))) {
        throw Error(
            ErrorKind::conflict,
            fmt::format("{} is a data set of ours already", quote(workspace_.to_display(set.path))),
            shell_join({"git", "rm", "--cached", "--", workspace_.to_display(set.file)}));
      }
      paths.push_back({set.path, set.path == set.file && options_.tool == ForeignTool::lfs});
      refuse_other_file(pointer_path(set.path));
    }
    check_taken_over(workspace_, index_, paths);
  }

  FileChanges plan_files() const {
    FileChanges files;
    files.removed = options_.files.removed;
    if (options_.files.texts) {
      files.texts = options_.files.texts();
      check_places(workspace_, files.texts);
    }
    return files;
  }

  /// Where the pointer goes lies nothing, or what an earlier conversion left.
  void refuse_other_file(const std::string& file) const {
    const auto stat = workspace_.tree().lstat(file);
    if (!stat) {
      return;
    }
    const auto text = stat->kind == os::FileKind::regular
                          ? read_text(workspace_.tree(), file, kMaxPointerBytes)
                          : std::nullopt;
    try {
      parse_pointer(text.value_or(""), file);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::config) {
        throw;
      }
      throw Error(
          ErrorKind::conflict,
          fmt::format("{} is in the place of a pointer", quote(workspace_.to_display(file))),
          "move it away");
    }
  }

  /// The data sets first, then what else history names and the store does not know yet.
  void plan(const std::vector<ForeignSet>& sets) {
    std::set<store::ForeignId> seen;
    for (const ForeignSet& set : sets) {
      versions_.push_back({set.id, set.path, ForeignVersion::WorkTree::ask});
      seen.insert(set.id);
    }
    ForeignHistory history =
        read_foreign_history(workspace_, index_, options_.tool, options_.git, progress_, cancel_);
    result_.unreadable = std::move(history.unreadable);
    const bool has_map = store::has_foreign_versions(workspace_.store_directory());
    for (ForeignVersion& version : history.versions) {
      if (seen.contains(version.id)) {
        continue;
      }
      if (has_map && workspace_.store().foreign().find(version.id)) {
        ++result_.known_versions;
      } else {
        versions_.push_back(std::move(version));
      }
    }
  }

  /// Which data sets are taken over, and what is left behind. Without leave to skip any, all are.
  void judge(const std::vector<ForeignSet>& sets, const std::vector<ImportedVersion>& imported) {
    std::map<std::string, std::string> kept_files;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (imported[i].state != ImportedVersion::State::imported) {
        kept_files.emplace(sets[i].file, imported[i].problem);
      }
    }
    for (std::size_t i = 0; i < sets.size(); ++i) {
      TakenOver set{sets[i].path, sets[i].file, store::format_foreign(sets[i].id)};
      set.files = imported[i].files;
      set.bytes = std::max(sets[i].bytes, imported[i].bytes);
      // What one file names goes as a whole, or stays.
      if (const auto kept = kept_files.find(set.file); kept != kept_files.end()) {
        set.problem = kept->second;
      }
      look_at_work_tree(workspace_, options_.tool, set);
      result_.data_sets.push_back(std::move(set));
    }
    refuse_kept(sets, imported);
    for (std::size_t i = sets.size(); i < versions_.size(); ++i) {
      if (imported[i].state != ImportedVersion::State::imported) {
        result_.left_behind.push_back({versions_[i].path,
                                       store::format_foreign(versions_[i].id),
                                       imported[i].problem,
                                       imported[i].state});
      }
    }
    result_.versions = static_cast<std::uint64_t>(
        std::count_if(imported.begin(), imported.end(), [](const ImportedVersion& version) {
          return version.state == ImportedVersion::State::imported;
        }));
  }

  void refuse_kept(const std::vector<ForeignSet>& sets,
                   const std::vector<ImportedVersion>& imported) const {
    std::vector<std::string> lines;
    bool is_unusable = true;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (imported[i].state != ImportedVersion::State::imported) {
        lines.push_back(fmt::format("{}: {}", quote(sets[i].path), imported[i].problem));
        is_unusable = is_unusable && imported[i].state == ImportedVersion::State::unusable;
      }
    }
    if (lines.empty() || options_.missing == ConvertOptions::Missing::skip) {
      return;
    }
    throw refusal(lines, is_unusable);
  }

  Error refusal(const std::vector<std::string>& lines, bool is_unusable) const {
    constexpr std::size_t kShown = 20;
    const std::string_view fetch =
        options_.tool == ForeignTool::dvc ? "dvc fetch" : "git lfs fetch";
    Error error(is_unusable ? ErrorKind::config : ErrorKind::corrupt,
                fmt::format("{} cannot be taken over; nothing was changed",
                            plural(lines.size(), "data set")),
                fmt::format("{} brings what its remote has; or --skip-missing keeps these as they "
                            "are",
                            fetch));
    for (std::size_t i = 0; i < std::min(lines.size(), kShown); ++i) {
      error.add_context(lines[i]);
    }
    if (lines.size() > kShown) {
      error.add_context(fmt::format("and {} more", lines.size() - kShown));
    }
    return error;
  }

  void commit(store::Writer& writer, const std::vector<ImportedVersion>& imported) {
    std::map<store::ForeignId, store::ObjectId> roots;
    progress_.begin("writing versions", imported.size(), 0);
    for (std::size_t i = 0; i < imported.size(); ++i) {
      cancel_.check();
      if (imported[i].state == ImportedVersion::State::imported) {
        roots[versions_[i].id] = writer.commit(imported[i].top, versions_[i].path);
      }
      progress_.advance(1, 0);
    }
    progress_.end();
    workspace_.store().add_foreign(roots);
    for (std::size_t i = 0; i < result_.data_sets.size(); ++i) {
      TakenOver& set = result_.data_sets[i];
      if (set.problem.empty()) {
        set.root = roots.at(versions_[i].id);
        set.is_directory = imported[i].top.kind == store::EntryKind::directory;
        set.files = imported[i].top.files;
        set.bytes = imported[i].top.size;
      }
    }
  }

  /// Of those all of whose files are here: the others were not checked out, or not by us.
  void note_bases() {
    for (const TakenOver& set : result_.data_sets) {
      if (set.problem.empty() && !set.was_pointer && workspace_.tree().lstat(set.path) &&
          find_missed_changes(workspace_, set.path, set.root, Absent::deleted, progress_, cancel_)
              .files.empty()) {
        note_base_versions(workspace_, set.path, {set.root});
      }
    }
  }

  /// Beside all that it wrote an earlier conversion that was killed may have left something.
  void sweep() const {
    std::set<std::string> directories;
    for (const std::string& file : result_.staged) {
      directories.emplace(parent_of(file));
    }
    sweep_leftovers(workspace_.tree(), directories);
  }

  Workspace& workspace_;
  const ConvertOptions& options_;
  Progress& progress_;
  const CancelToken& cancel_;
  IndexView index_;
  std::vector<ForeignVersion> versions_;  ///< first those of the data sets, in their order
  ConvertResult result_;
};

}  // namespace

ConvertResult convert(Workspace& workspace,
                      const ConvertOptions& options,
                      Progress& progress,
                      const CancelToken& cancel) {
  std::optional<ChangeLocks> locks;
  if (options.dry_run == DryRun::no) {
    locks = lock_for_change(workspace, options.wait, {progress, cancel});
  }
  return Converter(workspace, options, progress, cancel).run();
}

}  // namespace mlops::workspace
