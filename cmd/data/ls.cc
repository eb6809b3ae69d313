#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/failures.h"
#include "data/verbs.h"
#include "ui/pager.h"
#include "ui/table.h"
#include "workspace/data.h"
#include "workspace/data_sets.h"
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

struct Listing {
  std::vector<workspace::ListedFile> files;
  std::vector<Error> failures;  ///< data sets that could not be listed; they hide no others
};

void add_files(std::vector<workspace::ListedFile>& files, std::vector<workspace::ListedFile> more) {
  std::move(more.begin(), more.end(), std::back_inserter(files));
}

std::vector<std::string> all_data_sets(app::Context& context,
                                       const std::optional<std::string>& revision,
                                       std::vector<Error>& failures) {
  workspace::Workspace& workspace = context.workspace();
  std::vector<std::string> paths;
  if (revision) {
    for (const auto& [path, root] : workspace::Revision::open(workspace, revision).list_roots()) {
      paths.push_back(path);
    }
    return paths;
  }
  for (const workspace::FoundPointer& found : workspace::find_pointers(workspace)) {
    if (found.pointer) {
      paths.push_back(found.path);
    } else {
      failures.emplace_back(
          ErrorKind::config,
          fmt::format("{}: {}", quote(workspace.to_display(found.path)), found.problem),
          found.hint);
    }
  }
  return paths;
}

Listing list(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const std::optional<std::string> revision = arguments.find("rev");
  Listing listing;
  for (const std::string& word : arguments.words()) {
    add_files(listing.files,
              workspace::list_data(workspace, workspace.to_relative(word), revision));
  }
  if (!arguments.words().empty()) {
    return listing;
  }
  for (const std::string& path : all_data_sets(context, revision, listing.failures)) {
    try {
      add_files(listing.files, workspace::list_data(workspace, path, revision));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::corrupt) {
        throw;
      }
      listing.failures.push_back(error);
    }
  }
  return listing;
}

void print(app::Context& context,
           const app::Arguments& arguments,
           const std::vector<workspace::ListedFile>& files) {
  if (context.options().json) {
    nlohmann::ordered_json record{{"version", 1}, {"files", nlohmann::ordered_json::array()}};
    for (const workspace::ListedFile& file : files) {
      record["files"].push_back(
          {{"path", file.path}, {"kind", kind_name(file.kind)}, {"size", file.size}});
    }
    context.print_json(app::dump(record));
    return;
  }
  std::string text;
  if (arguments.has("z")) {
    for (const workspace::ListedFile& file : files) {
      text += file.path;
      text += '\0';
    }
    context.terminal().out(text);
    return;
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
}

app::ExitCode run_ls(app::Context& context, const app::Arguments& arguments) {
  const Listing listing = list(context, arguments);
  print(context, arguments, listing.files);
  throw_gravest(listing.failures);
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
