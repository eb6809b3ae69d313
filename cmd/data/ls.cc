#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "data/verbs.h"
#include "ui/pager.h"
#include "ui/table.h"
#include "workspace/data.h"
#include "workspace/revision.h"

namespace mlops::data {
namespace {

std::string_view kind_name(store::EntryKind kind) {
  switch (kind) {
    case store::EntryKind::file:
      return "file";
    case store::EntryKind::executable:
      return "executable";
    case store::EntryKind::symlink:
      return "symlink";
    case store::EntryKind::directory:
      return "directory";
  }
  return "";
}

std::vector<workspace::ListedFile> list(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  std::vector<std::string> paths;
  for (const std::string& word : arguments.words()) {
    paths.push_back(workspace.to_relative(word));
  }
  const std::optional<std::string> revision = arguments.find("rev");
  if (paths.empty() && revision) {
    for (const auto& [path, root] : workspace::Revision::open(workspace, revision).list_roots()) {
      paths.push_back(path);
    }
  } else if (paths.empty()) {
    paths = workspace::list_data_sets(workspace);
  }
  std::vector<workspace::ListedFile> files;
  for (const std::string& path : paths) {
    for (workspace::ListedFile& file : workspace::list_data(workspace, path, revision)) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

app::ExitCode run_ls(app::Context& context, const app::Arguments& arguments) {
  const std::vector<workspace::ListedFile> files = list(context, arguments);
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1}, {"files", nlohmann::ordered_json::array()}};
    for (const workspace::ListedFile& file : files) {
      record["files"].push_back(
          {{"path", file.path}, {"kind", kind_name(file.kind)}, {"size", file.size}});
    }
    context.print_json(app::dump(record));
    return app::ExitCode::done;
  }
  std::string text;
  if (arguments.has("z")) {
    for (const workspace::ListedFile& file : files) {
      text += file.path;
      text += '\0';
    }
    context.terminal().out(text);
    return app::ExitCode::done;
  }
  ui::TextTable table({{"size", ui::TextTable::Align::right}, {"path"}});
  for (const workspace::ListedFile& file : files) {
    const bool people = context.terminal().out_is_terminal();
    table.add({people ? format_bytes(file.size) : std::to_string(file.size),
               context.workspace().to_display(file.path)});
  }
  if (!table.empty()) {
    text = table.render(context.terminal());
  }
  ui::show_text(context.terminal(), text, context.pager());
  return app::ExitCode::done;
}

}  // namespace

app::Command ls_command() {
  return {
      .path = "data ls",
      .summary = "list the files of data sets without checking them out",
      .examples = {{"mlops data ls data/images", "files of a data set, or of a directory in it"},
                   {"mlops data ls --rev model-v1", "everything that a revision had"}},
      .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
      .flags = {app::flags::revision(),
                {.name = "", .letter = 'z', .help = "raw names, each ended by a NUL byte"},
                app::flags::json()},
      .run = run_ls};
}

}  // namespace mlops::data
