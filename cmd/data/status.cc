#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "data/next_step.h"
#include "data/verbs.h"
#include "ui/table.h"
#include "workspace/data.h"

namespace mlops::data {
namespace {

ui::Style style_of(workspace::DataState state) {
  switch (state) {
    case workspace::DataState::unchanged:
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

app::ExitCode run_status(app::Context& context, const app::Arguments&) {
  workspace::Workspace& workspace = context.workspace();
  const std::vector<workspace::DataStatus> all =
      workspace::data_status(workspace, context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1}, {"data_sets", nlohmann::ordered_json::array()}};
    for (const workspace::DataStatus& status : all) {
      nlohmann::ordered_json entry{{"path", status.path}, {"state", to_string(status.state)}};
      entry["root"] = status.pointer
                          ? nlohmann::ordered_json(store::format_root(status.pointer->root))
                          : nlohmann::ordered_json();
      entry["problem"] = status.problem.empty() ? nlohmann::ordered_json()
                                                : nlohmann::ordered_json(status.problem);
      record["data_sets"].push_back(std::move(entry));
    }
    context.print_json(app::dump(record));
    return app::ExitCode::done;
  }
  ui::TextTable table({{"state"},
                       {"data set"},
                       {"files", ui::TextTable::Align::right},
                       {"size", ui::TextTable::Align::right}});
  for (const workspace::DataStatus& status : all) {
    const bool known = status.pointer.has_value();
    table.add({std::string(to_string(status.state)),
               workspace.to_display(status.path),
               known ? format_count(status.pointer->files) : "",
               known ? format_bytes(status.pointer->bytes) : ""},
              style_of(status.state));
  }
  if (!table.empty()) {
    context.terminal().out(table.render(context.terminal()));
  }
  for (const workspace::DataStatus& status : all) {
    if (!status.problem.empty()) {
      context.note(fmt::format(
          "{}: {}", quote(workspace.to_display(status.path)), escape_for_terminal(status.problem)));
    }
  }
  const std::string next =
      all.empty() ? "no data sets; next: mlops data add <path>" : next_step(context, all);
  if (!next.empty()) {
    context.note(next);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command status_command() {
  return {.path = "data status",
          .summary = "which data sets are modified, missing or not in the store",
          .examples = {{"mlops data status", "every data set of the work tree"},
                       {"mlops data status --json", "the same for scripts"}},
          .flags = {app::flags::jobs(), app::flags::json()},
          .run = run_status};
}

}  // namespace mlops::data
