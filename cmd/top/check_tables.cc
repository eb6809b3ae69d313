#include "top/check_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "pipeline/run_version.h"
#include "top/revision_path.h"
#include "workspace/fetch_file.h"
#include "workspace/path_glob.h"

namespace mlops::top {
CheckTables::CheckTables(app::Context& context,
                         std::filesystem::path scratch,
                         std::filesystem::path base)
    : context_(context), scratch_(std::move(scratch)), base_(std::move(base)) {}

bool CheckTables::has_repository() {
  if (!has_repository_) {
    try {
      context_.workspace();
      has_repository_ = true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) {
        throw;
      }
      has_repository_ = false;
    }
  }
  return *has_repository_;
}

std::optional<check::TableInput> CheckTables::find_file(const std::filesystem::path& path,
                                                        const std::string& name) {
  if (!os::lstat_file(path)) {
    return std::nullopt;
  }
  return check::TableInput{name, {table::source_at(path, name)}};
}

std::optional<check::TableInput> CheckTables::find_at(const std::optional<std::string>& revision,
                                                      const std::string& path,
                                                      const std::string& name) {
  if (is_glob(path)) {
    throw Error(ErrorKind::config,
                fmt::format("{}: a pattern in a revision is not built yet", quote(name)),
                "name one file: baseline = \"REV:path\"");
  }
  const workspace::Revision version = pipeline::open_version(context_.workspace(), revision);
  table::Source source = table::source_at({}, name);
  const auto file = workspace::fetch_file(context_.workspace(),
                                          version,
                                          path,
                                          scratch_ / fmt::format("table-{}", copies_++),
                                          context_.cancel());
  if (!file) {
    return std::nullopt;
  }
  source.path = *file;
  return check::TableInput{name, {source}};
}

/// Of the files of the work tree that the pattern names, those that are tables.
std::optional<check::TableInput> CheckTables::find_pattern(const std::string& pattern) {
  workspace::Workspace& workspace = context_.workspace();
  check::TableInput input{pattern, {}};
  for (const std::string& path :
       workspace::expand_typed(workspace, workspace.to_display(pattern), context_.cancel())) {
    const auto stat = os::lstat_file(workspace.top() / path);
    if (stat && stat->kind == os::FileKind::regular) {
      input.parts.push_back(table::source_at(workspace.top() / path, path));
    }
  }
  return input.parts.empty() ? std::nullopt : std::optional(std::move(input));
}

std::optional<check::TableInput> CheckTables::find(const std::string& path) {
  if (!has_repository()) {
    return find_file(base_ / path, path);
  }
  const workspace::Workspace& workspace = context_.workspace();
  if (os::lstat_file(workspace.top() / path)) {
    return find_at(std::nullopt, path, path);
  }
  if (const auto parts = split_revision_path(path)) {
    return find_at(parts->first, parts->second, path);
  }
  return is_glob(path) ? find_pattern(path) : find_at(std::nullopt, path, path);
}

check::TableInput CheckTables::find_typed(const std::string& word) {
  std::optional<check::TableInput> found = find_file(context_.options().directory / word, word);
  const auto parts = split_revision_path(word);
  if (!found && parts && has_repository()) {
    found = find_at(parts->first, parts->second, word);
  } else if (!found && has_repository()) {
    found = find_at(std::nullopt, context_.workspace().to_relative(word), word);
  }
  if (!found) {
    throw Error(ErrorKind::not_found,
                fmt::format("there is no table {}", quote(word)),
                "a file here, or REV:path: mlops check model-v1:data/train.csv --use NAME");
  }
  return *std::move(found);
}

}  // namespace mlops::top
