#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "data/change_view.h"
#include "data/next_step.h"
#include "data/unpushed.h"
#include "data/verbs.h"
#include "report/data_change.h"
#include "ui/table.h"
#include "workspace/data.h"

namespace mlops::data {
namespace {

ui::Style style_of_state(workspace::DataState state) {
  switch (state) {
    case workspace::DataState::unchanged:
    case workspace::DataState::sparse:
      return ui::Style::green;
    case workspace::DataState::modified:
    case workspace::DataState::other_version:
    case workspace::DataState::missing:
      return ui::Style::yellow;
    case workspace::DataState::not_in_store:
    case workspace::DataState::invalid_pointer:
      return ui::Style::red;
  }
  return ui::Style::plain;
}

constexpr std::size_t kShownFiles = 20;

struct Row {
  workspace::DataStatus status;
  std::vector<workspace::FileChange> files;  ///< with --files only
};

std::vector<Row> look(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  std::vector<Row> rows;
  for (workspace::DataStatus& status :
       workspace::data_status(workspace, context.progress(), context.cancel())) {
    Row row{std::move(status), {}};
    if (arguments.has("files")) {
      row.files = workspace::list_changed_files(
          workspace, row.status, context.progress(), context.cancel());
    }
    rows.push_back(std::move(row));
  }
  context.progress().end();
  return rows;
}

void print_json(app::Context& context, const std::vector<Row>& rows, bool with_files) {
  using Json = nlohmann::ordered_json;
  Json record{{"version", 1}, {"data_sets", Json::array()}};
  PushedVersions pushed(context);
  for (const auto& [status, files] : rows) {
    Json entry{{"path", status.path}, {"state", to_string(status.state)}};
    entry["root"] = status.pointer ? Json(store::format_root(status.pointer->root)) : Json();
    entry["problem"] = status.problem.empty() ? Json() : Json(status.problem);
    entry["parts"] = status.parts.empty() ? Json() : Json(status.parts);
    const std::optional<bool> is_pushed = pushed.has(status);
    entry["pushed"] = is_pushed ? Json(*is_pushed) : Json();
    entry["files"] = with_files ? report::files_json(files) : Json();
    record["data_sets"].push_back(std::move(entry));
  }
  context.print_json(app::dump(record));
}

/// State and path of each data set, letters and path of each file, all ended by NUL bytes.
void print_raw(app::Context& context, const std::vector<Row>& rows) {
  std::string text;
  for (const auto& [status, files] : rows) {
    text += raw_record(status);
    for (const workspace::FileChange& file : files) {
      text += raw_record(file.change, file.old_path, file.path);
    }
  }
  context.terminal().out(text);
}

std::string_view word_of(workspace::ChangeKind change) {
  switch (change) {
    case workspace::ChangeKind::added:
      return "new";
    case workspace::ChangeKind::removed:
      return "missing";
    case workspace::ChangeKind::changed:
      return "modified";
    case workspace::ChangeKind::renamed:
      return "renamed";
  }
  return "modified";
}

void print_files(app::Context& context, const Row& row) {
  const auto shown = [&](const std::string& path) {
    return escape_for_terminal(context.workspace().to_display(path));
  };
  std::string text;
  for (std::size_t i = 0; i < row.files.size() && i < kShownFiles; ++i) {
    const workspace::FileChange& file = row.files[i];
    const std::string word = fmt::format("{:<8}", word_of(file.change));
    text += "  " + context.terminal().paint_out(style_of(file.change), word) + "  " +
            (file.old_path.empty() ? "" : shown(file.old_path) + " -> ") + shown(file.path) + "\n";
  }
  if (row.files.size() > kShownFiles) {
    text += fmt::format("  and {} more: {}\n",
                        row.files.size() - kShownFiles,
                        shell_join({"mlops", "data", "status", "--files", "--json"}));
  }
  context.terminal().out(text);
}

void print_parts(app::Context& context, const workspace::DataStatus& status) {
  constexpr std::size_t kShownParts = 3;
  std::vector<std::string> shown;
  for (const std::string& part : status.parts) {
    if (shown.size() == kShownParts) {
      shown.push_back(fmt::format("{} more", status.parts.size() - kShownParts));
      break;
    }
    shown.push_back(quote(context.workspace().to_display(part)));
  }
  context.note(fmt::format("of {} only parts are here: {}",
                           quote(context.workspace().to_display(status.path)),
                           join(shown, ", ")));
}

void print_people(app::Context& context, const std::vector<Row>& rows) {
  ui::TextTable table({{"state"},
                       {"data set"},
                       {"files", ui::TextTable::Align::right},
                       {"size", ui::TextTable::Align::right}});
  for (const auto& [status, files] : rows) {
    const bool known = status.pointer.has_value();
    table.add({std::string(to_string(status.state)),
               context.workspace().to_display(status.path),
               known ? format_count(status.pointer->files) : "",
               known ? format_bytes(status.pointer->bytes) : ""},
              style_of_state(status.state));
  }
  if (!table.empty()) {
    context.terminal().out(table.render(context.terminal()));
  }
  for (const Row& row : rows) {
    print_files(context, row);
  }
  for (const auto& [status, files] : rows) {
    if (!status.parts.empty()) {
      print_parts(context, status);
    }
    if (!status.problem.empty()) {
      context.note(fmt::format("{}: {}",
                               quote(context.workspace().to_display(status.path)),
                               escape_for_terminal(status.problem)));
    }
  }
}

app::ExitCode run_status(app::Context& context, const app::Arguments& arguments) {
  const std::vector<Row> rows = look(context, arguments);
  if (context.options().json) {
    print_json(context, rows, arguments.has("files"));
    return app::ExitCode::done;
  }
  if (arguments.has("z")) {
    print_raw(context, rows);
    return app::ExitCode::done;
  }
  print_people(context, rows);
  std::vector<workspace::DataStatus> all;
  std::transform(
      rows.begin(), rows.end(), std::back_inserter(all), [](const Row& row) { return row.status; });
  const std::string next =
      all.empty() ? "no data sets; next: mlops data add <path>" : next_step(context, all);
  if (!next.empty()) {
    context.note(next);
  }
  if (const std::string line = describe_unpushed(context, all); !line.empty()) {
    context.note(line);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command status_command() {
  return {.path = "data status",
          .summary = "which data sets are modified, missing or not in the store",
          .examples = {{"mlops data status", "every data set of the work tree"},
                       {"mlops data status --files",
                        "and which files of each are new, modified or missing"}},
          .flags = {{.name = "files", .help = "name the files that are new, modified or missing"},
                    {.name = "", .letter = 'z', .help = "raw names, each ended by a NUL byte"},
                    app::flags::jobs(),
                    app::flags::json()},
          .run = run_status};
}

}  // namespace mlops::data
