#include "report/change_tables.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/units.h"
#include "report/data_change.h"
#include "report/figure_text.h"

namespace mlops::report {
namespace {

using Json = nlohmann::ordered_json;
using pipeline::FigureChange;
using workspace::DataSetChange;

constexpr std::size_t kShortCommit = 12;
constexpr std::string_view kNoDifference = "no difference";

void add_row(ChangeTable& table, std::vector<std::string> cells, std::size_t most_rows) {
  if (table.rows.size() < most_rows) {
    table.rows.push_back(std::move(cells));
  } else {
    ++table.left_out;
  }
}

void add_code(std::vector<ChangeTable>& tables,
              const pipeline::CodeChange& code,
              std::size_t most_rows) {
  ChangeTable commits{"code", "", {}, {}, 0};
  commits.summary = code.commits.empty() && code.files.empty()
                        ? std::string(kNoDifference)
                        : fmt::format("{}{}, {}",
                                      code.has_more_commits ? "more than " : "",
                                      plural(code.commits.size(), "commit"),
                                      plural(code.files.size(), "file"));
  for (const git::CommitInfo& commit : code.commits) {
    add_row(commits, {commit.oid.substr(0, kShortCommit), commit.subject}, most_rows);
  }
  ChangeTable files{"", plural(code.files.size(), "file"), {}, {}, 0};
  for (const pipeline::CodeFile& file : code.files) {
    add_row(files, {status_letters(file.change), file.path}, most_rows);
  }
  tables.push_back(std::move(commits));
  if (!files.rows.empty()) {
    tables.push_back(std::move(files));
  }
}

void add_figures(std::vector<ChangeTable>& tables,
                 std::string title,
                 const std::vector<FigureChange>& figures,
                 std::size_t most_rows) {
  ChangeTable table{std::move(title), std::string(kNoDifference), {}, {}, 0};
  const bool has_files = std::any_of(
      figures.begin(), figures.end(), [](const FigureChange& one) { return !one.file.empty(); });
  if (!figures.empty()) {
    table.summary = fmt::format("{} differ{}", figures.size(), figures.size() == 1 ? "s" : "");
    table.heads = {"name", "old", "new", "change"};
  }
  if (has_files) {
    table.heads.insert(table.heads.begin(), "file");
  }
  for (const FigureChange& one : figures) {
    std::vector<std::string> cells{
        one.name, shown_figure(one.before), shown_figure(one.after), figure_change_text(one)};
    if (has_files) {
      cells.insert(cells.begin(), one.file);
    }
    add_row(table, std::move(cells), most_rows);
  }
  tables.push_back(std::move(table));
}

/// "+1 -0 ~2", and renames where there are any.
std::string counts_text(const DataSetChange::Counts& counts) {
  std::string text = fmt::format("+{} -{} ~{}",
                                 format_count(counts.added),
                                 format_count(counts.removed),
                                 format_count(counts.changed));
  if (counts.renamed > 0) {
    text += fmt::format(" {} renamed", format_count(counts.renamed));
  }
  return text;
}

void add_data(std::vector<ChangeTable>& tables,
              const workspace::DataDiff& data,
              std::size_t most_rows) {
  ChangeTable table{"data", std::string(kNoDifference), {}, {}, 0};
  if (!data.data_sets.empty()) {
    table.summary = fmt::format("{} or {}",
                                plural(data.data_sets.size(), "data set"),
                                data.data_sets.size() == 1 ? "out" : "outs");
    table.heads = {"", "path", "files", "size before", "size after"};
  }
  for (const DataSetChange& set : data.data_sets) {
    const std::string slash = set.is_directory ? "/" : "";
    add_row(table,
            {status_letters(set.change),
             set.old_path.empty() ? set.path + slash
                                  : fmt::format("{0}{2} => {1}{2}", set.old_path, set.path, slash),
             counts_text(set.count()),
             format_bytes(set.before.bytes),
             format_bytes(set.after.bytes)},
            most_rows);
  }
  tables.push_back(std::move(table));
}

Json code_json(const pipeline::CodeChange& code) {
  Json json{{"commits", Json::array()},
            {"has_more_commits", code.has_more_commits},
            {"files", Json::array()}};
  for (const git::CommitInfo& commit : code.commits) {
    json["commits"].push_back({{"commit", commit.oid},
                               {"subject", commit.subject},
                               {"author", commit.author},
                               {"time", commit.time}});
  }
  for (const pipeline::CodeFile& file : code.files) {
    json["files"].push_back({{"change", to_string(file.change)}, {"path", file.path}});
  }
  return json;
}

Json figures_json(const std::vector<FigureChange>& figures) {
  Json json = Json::array();
  for (const FigureChange& one : figures) {
    json.push_back({{"file", one.file.empty() ? Json() : Json(one.file)},
                    {"name", one.name},
                    {"old", figure_json(one.before)},
                    {"new", figure_json(one.after)},
                    {"change", one.change ? Json(*one.change) : Json()}});
  }
  return json;
}

}  // namespace

std::vector<ChangeTable> change_tables(const pipeline::VersionChange& change,
                                       std::size_t most_rows) {
  std::vector<ChangeTable> tables;
  if (change.code) {
    add_code(tables, *change.code, most_rows);
  }
  if (change.params) {
    add_figures(tables, "params", *change.params, most_rows);
  }
  if (change.data) {
    add_data(tables, *change.data, most_rows);
  }
  if (change.metrics) {
    add_figures(tables, "metrics", *change.metrics, most_rows);
  }
  return tables;
}

void add_change(Json& record, const pipeline::VersionChange& change) {
  record["code"] = change.code ? code_json(*change.code) : Json();
  record["params"] = change.params ? figures_json(*change.params) : Json();
  record["data"] = change.data ? Json::array() : Json();
  if (change.data) {
    for (const DataSetChange& set : change.data->data_sets) {
      record["data"].push_back(data_set_json(set, WithFiles::no));
    }
  }
  record["metrics"] = change.metrics ? figures_json(*change.metrics) : Json();
  record["problems"] = change.problems;
}

}  // namespace mlops::report
