#include "top/check_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "check/profile_file.h"
#include "os/file.h"
#include "pipeline/graph.h"
#include "pipeline/load.h"
#include "pipeline/run_version.h"
#include "pipeline/staleness.h"
#include "top/revision_path.h"
#include "workspace/fetch_file.h"
#include "workspace/version_files.h"

namespace mlops::top {
namespace {

/// "2 of 3 files are not checked out and come from the store: 'data/a.csv', 'data/b.csv'".
std::string absent_note(const std::vector<std::string>& absent, std::size_t all) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, absent.size()); ++i) {
    shown.push_back(quote(absent[i]));
  }
  return fmt::format(
      "{} of {} {} not checked out and {} from the store: {}{}",
      absent.size(),
      plural(all, "file"),
      absent.size() == 1 ? "is" : "are",
      absent.size() == 1 ? "comes" : "come",
      join(shown, ", "),
      absent.size() > kShown ? fmt::format(" and {} more", absent.size() - kShown) : std::string());
}

/// A profile is no table, but lies where tables do.
table::Source source_of(std::filesystem::path path, std::string name) {
  return check::names_profile(name) ? table::Source{std::move(path), std::move(name), {}, {}}
                                    : table::source_at(std::move(path), std::move(name));
}

}  // namespace

CheckTables::CheckTables(CheckPlaces places,
                         std::filesystem::path scratch,
                         const CancelToken& cancel)
    : places_(std::move(places)), scratch_(std::move(scratch)), cancel_(cancel) {}

std::optional<check::TableInput> CheckTables::find_file(const std::filesystem::path& path,
                                                        const std::string& name) const {
  if (!os::lstat_file(path)) {
    return std::nullopt;
  }
  return check::TableInput{name, {source_of(path, name)}};
}

std::optional<std::filesystem::path> CheckTables::fetch(const workspace::Revision& version,
                                                        const std::string& path) {
  return workspace::fetch_file(
      *places_.workspace, version, path, scratch_ / fmt::format("table-{}", copies_++), cancel_);
}

/// An out that was made from other files than those beside it is not what the next run makes.
void CheckTables::add_stale(check::TableInput& input,
                            const std::optional<std::string>& revision,
                            const std::vector<std::string>& paths) const {
  if (places_.stale == CheckPlaces::Stale::is_no_question ||
      (revision && pipeline::names_run(*revision))) {
    return;  // the outs of a run are its own
  }
  const auto stale =
      pipeline::find_stale_outs(*places_.workspace, revision, pipeline::Selection().file, paths);
  for (const auto& [path, reason] : stale) {
    input.stale.push_back(fmt::format("{} of {}: {} (mlops run makes it anew)",
                                      quote(path),
                                      quote(revision.value_or("the work tree")),
                                      reason));
  }
}

std::optional<check::TableInput> CheckTables::find_pattern(
    const std::optional<std::string>& revision,
    const std::string& pattern,
    const std::string& name) {
  const workspace::Revision version = pipeline::open_version(*places_.workspace, revision);
  check::TableInput input{name, {}};
  std::vector<std::string> paths;
  std::vector<std::string> absent;
  for (const workspace::VersionFile& file :
       workspace::find_version_files(*places_.workspace, version, pattern, places_.made, cancel_)) {
    table::Source source =
        source_of({}, revision ? fmt::format("{}:{}", *revision, file.path) : file.path);
    const auto fetched = fetch(version, file.path);
    if (!fetched) {
      continue;  // it went while we looked
    }
    source.path = *fetched;
    input.parts.push_back(std::move(source));
    paths.push_back(file.path);
    if (!revision && !file.is_in_work_tree) {
      absent.push_back(file.path);
    }
  }
  if (input.parts.empty()) {
    return std::nullopt;
  }
  if (!absent.empty()) {
    input.notes.push_back(absent_note(absent, paths.size()));
  }
  add_stale(input, revision, paths);
  return input;
}

std::optional<check::TableInput> CheckTables::find_at(const std::optional<std::string>& revision,
                                                      const std::string& path,
                                                      const std::string& name) {
  const bool is_there = !revision && os::lstat_file(places_.workspace->top() / path).has_value();
  if (is_glob(path) && !is_there) {
    return find_pattern(revision, path, name);
  }
  const workspace::Revision version = pipeline::open_version(*places_.workspace, revision);
  table::Source source = source_of({}, name);
  const auto file = fetch(version, path);
  if (!file) {
    return std::nullopt;
  }
  source.path = *file;
  check::TableInput input{name, {source}};
  add_stale(input, revision, {path});
  return input;
}

std::optional<check::TableInput> CheckTables::find(const std::string& path) {
  if (places_.workspace == nullptr) {
    return find_file(places_.base / path, path);
  }
  if (!os::lstat_file(places_.workspace->top() / path)) {
    if (const auto parts = split_revision_path(path)) {
      return find_at(parts->first, parts->second, path);
    }
  }
  return find_at(std::nullopt, path, path);
}

check::TableInput CheckTables::find_typed(const std::string& word) {
  const std::filesystem::path path = places_.directory / word;
  std::optional<check::TableInput> found = find_file(path, word);
  if (places_.workspace != nullptr) {
    if (found) {
      const std::string relative = (places_.workspace->directory() / word)
                                       .lexically_normal()
                                       .lexically_relative(places_.workspace->top())
                                       .string();
      add_stale(*found, std::nullopt, {relative});
    } else if (const auto parts = split_revision_path(word)) {
      found = find_at(parts->first, parts->second, word);
    } else {
      found = find_at(std::nullopt, places_.workspace->to_relative(word), word);
    }
  }
  if (!found) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no table {}", quote(word)),
                "a file here, or REV:path: mlops check model-v1:data/train.csv --use NAME");
  }
  return *std::move(found);
}

}  // namespace mlops::top
