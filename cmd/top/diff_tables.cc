#include "top/diff_tables.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "os/beneath.h"
#include "pipeline/run_version.h"
#include "top/revision_path.h"
#include "workspace/fetch_file.h"
#include "workspace/files_below.h"

namespace mlops::top {
namespace {

constexpr std::size_t kMaxTables = 1000;
constexpr std::size_t kMaxSetName = 30;

std::optional<std::filesystem::file_type> type_at(app::Context& context, const std::string& word) {
  std::error_code unseen;  // a name that is too long, say: nothing lies there
  const auto found = std::filesystem::status(context.options().directory / word, unseen);
  return unseen || !std::filesystem::exists(found) ? std::nullopt : std::optional(found.type());
}

/// One side: which tables it holds, and how to get at them.
class Side {
 public:
  Side(app::Context& context, const TablePlace& place) : context_(context), place_(place) {
    place.where == TablePlace::Where::disk ? list_disk() : list_version();
  }

  bool is_directory() const { return is_directory_; }
  const TablePlace& place() const { return place_; }
  /// Paths below the directory, of those that are tables; of a file its name.
  const std::set<std::string>& tables() const { return tables_; }
  table::Source fetch(const std::string& table, const std::filesystem::path& target) const;

 private:
  void list_disk();
  void list_version();
  void add(std::string below);
  std::string at(const std::string& table) const {
    return is_directory_ ? (place_.path.empty() ? table : place_.path + "/" + table) : place_.path;
  }

  app::Context& context_;
  const TablePlace& place_;
  std::optional<workspace::Revision> version_;
  bool is_directory_ = false;
  std::set<std::string> tables_;
};

void Side::add(std::string below) {
  if (!is_named_like_a_table(below)) {
    return;
  }
  tables_.insert(std::move(below));
  if (tables_.size() > kMaxTables) {
    throw Error(ErrorKind::usage,
                fmt::format("{} holds more than {} tables", quote(place_.word), kMaxTables),
                "name a directory further down, or one table");
  }
}

void Side::list_disk() {
  if (is_directory_at(context_, place_.path)) {
    is_directory_ = true;
    const auto tree = os::Beneath::open(context_.options().directory / place_.path);
    for (std::string& file : workspace::list_files_below(tree, "", context_.cancel())) {
      add(std::move(file));
    }
    return;
  }
  tables_.insert(std::filesystem::path(place_.path).filename());
}

void Side::list_version() {
  version_ = pipeline::open_version(context_.workspace(), place_.revision);
  const std::vector<std::string> files =
      workspace::list_files_below(context_.workspace(), *version_, place_.path, context_.cancel());
  if (files.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} has no {}", quote(version_->name()), quote(place_.path)),
                shell_join({"mlops", "data", "ls", "--rev", place_.revision.value_or("HEAD")}) +
                    " lists data sets, git ls-tree what git tracks");
  }
  if (files.size() == 1 && files.front() == place_.path) {
    tables_.insert(std::filesystem::path(place_.path).filename());
    return;
  }
  is_directory_ = true;
  for (const std::string& file : files) {
    add(file.substr(place_.path.empty() ? 0 : place_.path.size() + 1));
  }
}

table::Source Side::fetch(const std::string& table, const std::filesystem::path& target) const {
  const std::string name = is_directory_ ? place_.word + "/" + table : place_.word;
  table::Source source = table::source_at({}, name);
  if (!version_) {
    source.path = context_.options().directory / at(table);
    return source;
  }
  const auto file =
      workspace::fetch_file(context_.workspace(), *version_, at(table), target, context_.cancel());
  if (!file) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} has no {}", quote(version_->name()), quote(at(table))));
  }
  source.path = *file;
  return source;
}

/// A prediction set's name after a table's path: "fold-1/answers.csv" is "fold-1-answers".
std::string set_name(const std::string& table, const std::map<std::string, std::string>& taken) {
  std::string name = to_lower_ascii(table.substr(0, table.find('.', table.rfind('/') + 1)));
  std::replace_if(
      name.begin(),
      name.end(),
      [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); },
      '-');
  name = name.substr(0, kMaxSetName);
  name = name.empty() ? "table" : name;
  std::string unique = name;
  for (std::size_t n = 2; taken.contains(unique); ++n) {
    const std::string ending = fmt::format("-{}", n);
    unique = name.substr(0, kMaxSetName - ending.size()) + ending;
  }
  return unique;
}

/// Set name → table, for every table of either side.
std::map<std::string, std::string> name_tables(const Side& before, const Side& after) {
  std::set<std::string> tables = before.tables();
  tables.insert(after.tables().begin(), after.tables().end());
  std::map<std::string, std::string> named;
  for (const std::string& table : tables) {
    named.emplace(set_name(table, named), table);
  }
  return named;
}

bool is_asked(const std::vector<std::string>& asked, const std::string& name) {
  return asked.empty() || std::find(asked.begin(), asked.end(), name) != asked.end();
}

void check_asked(const std::vector<std::string>& asked,
                 const std::map<std::string, std::string>& named) {
  std::vector<std::string> known;
  std::transform(named.begin(), named.end(), std::back_inserter(known), [](const auto& one) {
    return one.first;
  });
  for (const std::string& name : asked) {
    if (!named.contains(name)) {
      const std::string hint = did_you_mean(name, known);
      throw Error(ErrorKind::usage,
                  fmt::format("no table is the prediction set {}", quote(name)),
                  hint.empty() ? "the sets are " + join(known, ", ") : hint);
    }
  }
}

void add_directories(const Side& before,
                     const Side& after,
                     const TablePair& pair,
                     const std::vector<std::string>& asked,
                     const policy::Safeguards& safeguards,
                     const std::filesystem::path& scratch,
                     diff::Versions& versions) {
  const std::map<std::string, std::string> named = name_tables(before, after);
  const bool any = std::any_of(named.begin(), named.end(), [&](const auto& one) {
    return before.tables().contains(one.second) && after.tables().contains(one.second);
  });
  if (!any) {
    throw Error(ErrorKind::config,
                fmt::format("{} and {} have no table in common",
                            quote(pair.old_place.word),
                            quote(pair.new_place.word)),
                "tables of two directories are compared when their paths below them are the same");
  }
  check_asked(asked, named);
  std::size_t copies = 0;
  for (const auto& [name, table] : named) {
    if (!is_asked(asked, name)) {
      versions.left_out.push_back(name);
      continue;
    }
    policy::PredictionSet set = pair.set;
    set.name = name;
    set.path = table;
    std::vector<std::string> absent_in;
    for (const Side* side : {&before, &after}) {
      if (!side->tables().contains(table)) {
        absent_in.push_back(side->place().word);
      }
    }
    if (!absent_in.empty()) {
      versions.missing.push_back(diff::missing_report(set, versions, safeguards, absent_in));
      continue;
    }
    const std::string ending = std::filesystem::path(table).extension();
    diff::CompareInput& input = versions.inputs.emplace_back();
    input.old_table = before.fetch(table, scratch / fmt::format("old-{}{}", copies, ending));
    input.new_table = after.fetch(table, scratch / fmt::format("new-{}{}", copies, ending));
    input.set = std::move(set);
    ++copies;
  }
}

void add_files(const Side& before,
               const Side& after,
               const TablePair& pair,
               const std::filesystem::path& scratch,
               diff::Versions& versions) {
  diff::CompareInput& input = versions.inputs.emplace_back();
  input.set = pair.set;
  input.old_table = before.fetch(*before.tables().begin(), scratch / "old");
  input.new_table = after.fetch(*after.tables().begin(), scratch / "new");
}

/// A policy may speak of sets that these tables are not.
void settle_names(const std::vector<std::string>& asked,
                  const policy::Safeguards& safeguards,
                  diff::Versions& versions) {
  std::vector<std::string> names;
  names.reserve(versions.inputs.size() + versions.missing.size());
  for (const diff::CompareInput& input : versions.inputs) {
    names.push_back(input.set.name);
  }
  for (const diff::PredictionReport& report : versions.missing) {
    names.push_back(report.set.name);
  }
  if (asked.empty()) {
    policy::check_set_names(
        safeguards, names, "--predictions NAME says which prediction set the two files are");
  }
  for (const policy::DiffRule& rule : safeguards.rules) {
    if (rule.predictions &&
        std::find(names.begin(), names.end(), *rule.predictions) == names.end()) {
      versions.left_out.push_back(*rule.predictions);
    }
  }
}

}  // namespace

bool is_file_at(app::Context& context, const std::string& word) {
  const auto type = type_at(context, word);
  return type && *type != std::filesystem::file_type::directory;
}

bool is_directory_at(app::Context& context, const std::string& word) {
  return type_at(context, word) == std::filesystem::file_type::directory;
}

bool is_named_like_a_table(const std::string& word) {
  return table::find_format(word).has_value();
}

std::optional<TablePlace> find_table_place(app::Context& context, const std::string& word) {
  if (type_at(context, word)) {
    return TablePlace{word, word, TablePlace::Where::disk, std::nullopt};
  }
  if (const auto parts = split_revision_path(word)) {
    const auto& [revision, path] = *parts;
    const bool from_here = path.starts_with("./") || path.starts_with("../") || path == ".";
    std::string below = from_here ? context.workspace().to_relative(path) : path;
    while (below.ends_with('/')) {
      below.pop_back();
    }
    return TablePlace{word, below, TablePlace::Where::version, revision};
  }
  return is_named_like_a_table(word)
             ? std::optional(TablePlace{word, word, TablePlace::Where::disk, std::nullopt})
             : std::nullopt;
}

diff::Versions open_tables(app::Context& context,
                           const TablePair& pair,
                           const std::vector<std::string>& asked,
                           const policy::Safeguards& safeguards,
                           const std::filesystem::path& scratch) {
  diff::Versions versions;
  versions.old_name = pair.old_place.word;
  versions.new_name = pair.new_place.word;
  const Side before(context, pair.old_place);
  const Side after(context, pair.new_place);
  if (before.is_directory() != after.is_directory()) {
    const std::string& directory =
        before.is_directory() ? pair.old_place.word : pair.new_place.word;
    throw Error(ErrorKind::usage,
                fmt::format("{} is a directory, and the other is a table", quote(directory)),
                "a directory is compared with a directory");
  }
  if (before.is_directory()) {
    add_directories(before, after, pair, asked, safeguards, scratch, versions);
  } else {
    add_files(before, after, pair, scratch, versions);
  }
  for (diff::CompareInput& input : versions.inputs) {
    input.old_name = versions.old_name;
    input.new_name = versions.new_name;
  }
  settle_names(asked, safeguards, versions);
  return versions;
}

}  // namespace mlops::top
