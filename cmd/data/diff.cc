#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/change_view.h"
#include "data/failures.h"
#include "data/verbs.h"
#include "report/data_change.h"
#include "ui/pager.h"
#include "ui/table.h"
#include "workspace/data_diff.h"
#include "workspace/data_sets.h"

namespace mlops::data {
namespace {

using workspace::ChangeKind;
using workspace::DataSetChange;

bool is_revision(const workspace::Workspace& workspace, const std::string& word) {
  try {
    return workspace.repository().find_commit(word).has_value();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) {
      throw;
    }
    return false;  // no name that a revision could have
  }
}

/// Something lies there, or is a data set that was not checked out.
bool is_path(const workspace::Workspace& workspace, const std::string& word) {
  const std::string path = workspace.to_relative(word);
  return path.empty() || workspace.tree().lstat(path) ||
         workspace.tree().lstat(workspace::pointer_path(path));
}

void refuse_range(const std::string& word) {
  const std::size_t dots = word.find("..");
  if (dots != std::string::npos && dots > 0 && dots + 2 < word.size() && word[dots - 1] != '/' &&
      word[dots + 2] != '/') {
    throw Error(ErrorKind::usage,
                fmt::format("{} is a range: two revisions are two words", quote(word)),
                shell_join({"mlops", "data", "diff", word.substr(0, dots), word.substr(dots + 2)}));
  }
}

/// Revisions come first, at most two; as in git, a word that could be either is refused.
workspace::DataDiffRequest read_request(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  workspace::DataDiffRequest request;
  std::vector<std::string> revisions;
  for (const std::string& word : arguments.words()) {
    const bool may_be_revision = request.paths.empty() && revisions.size() < 2;
    if (may_be_revision) {
      refuse_range(word);
    }
    if (!may_be_revision || !is_revision(workspace, word)) {
      request.paths.push_back(workspace.to_relative(word));
    } else if (is_path(workspace, word)) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} is both a revision and a path", quote(word)),
                  fmt::format("{} for the path, {} for the revision", "./" + word, word + "^0"));
    } else {
      revisions.push_back(word);
    }
  }
  if (revisions.empty() && workspace.repository().find_commit("HEAD")) {
    revisions.emplace_back("HEAD");
  }
  if (!revisions.empty()) {
    request.from = revisions.front();
  }
  if (revisions.size() > 1) {
    request.to = revisions.back();
  }
  return request;
}

nlohmann::ordered_json to_json(const workspace::DataDiffRequest& request,
                               const workspace::DataDiff& diff,
                               report::WithFiles with_files) {
  using Json = nlohmann::ordered_json;
  Json record{{"version", 1},
              {"from", request.from ? Json(*request.from) : Json()},
              {"to", request.to ? Json(*request.to) : Json()},
              {"data_sets", Json::array()}};
  for (const DataSetChange& set : diff.data_sets) {
    record["data_sets"].push_back(report::data_set_json(set, with_files));
  }
  return record;
}

std::string name_records(const workspace::DataDiff& diff) {
  std::string text;
  for (const DataSetChange& set : diff.data_sets) {
    if (set.change != ChangeKind::changed) {
      const std::string slash = set.is_directory ? "/" : "";
      text += raw_record(
          set.change, set.old_path.empty() ? "" : set.old_path + slash, set.path + slash);
    }
    for (const workspace::FileChange& file : set.files) {
      text += raw_record(file.change, file.old_path, file.path);
    }
  }
  return text;
}

std::string name_lines(app::Context& context, const workspace::DataDiff& diff) {
  std::string text;
  const auto add = [&](ChangeKind change,
                       const std::string& old_path,
                       const std::string& path,
                       const std::string& slash) {
    const auto shown = [&](const std::string& one) {
      return "\t" + escape_for_terminal(context.workspace().to_display(one)) + slash;
    };
    text += context.terminal().paint_out(style_of(change), report::status_letters(change)) +
            (old_path.empty() ? "" : shown(old_path)) + shown(path) + "\n";
  };
  for (const DataSetChange& set : diff.data_sets) {
    if (set.change != ChangeKind::changed) {
      add(set.change, set.old_path, set.path, set.is_directory ? "/" : "");
    }
    for (const workspace::FileChange& file : set.files) {
      add(file.change, file.old_path, file.path, "");
    }
  }
  return text;
}

std::string stat_table(app::Context& context, const workspace::DataDiff& diff) {
  constexpr auto kRight = ui::TextTable::Align::right;
  const bool people = context.terminal().out_is_terminal();
  const auto count = [&](std::uint64_t number) {
    return people ? format_count(number) : std::to_string(number);
  };
  const auto bytes = [&](std::uint64_t number) {
    return people ? format_bytes(number) : std::to_string(number);
  };
  ui::TextTable table({{"change"},
                       {"data set"},
                       {"added", kRight},
                       {"removed", kRight},
                       {"changed", kRight},
                       {"renamed", kRight},
                       {"files", kRight},
                       {"size before", kRight},
                       {"size after", kRight}});
  for (const DataSetChange& set : diff.data_sets) {
    const DataSetChange::Counts counts = set.count();
    table.add({report::status_letters(set.change),
               shown_path(context, set),
               count(counts.added),
               count(counts.removed),
               count(counts.changed),
               count(counts.renamed),
               count(set.after.files),
               bytes(set.before.bytes),
               bytes(set.after.bytes)},
              style_of(set.change));
  }
  return table.empty() ? std::string() : table.render(context.terminal());
}

app::ExitCode run_diff(app::Context& context, const app::Arguments& arguments) {
  const workspace::DataDiffRequest request = read_request(context, arguments);
  const workspace::DataDiff diff =
      workspace::diff_data(context.workspace(), request, context.progress(), context.cancel());
  context.progress().end();
  const bool stat = arguments.has("stat");
  if (context.options().json) {
    context.print_json(
        app::dump(to_json(request, diff, stat ? report::WithFiles::no : report::WithFiles::yes)));
  } else if (stat) {
    ui::show_text(context.terminal(), stat_table(context, diff), context.pager());
  } else if (arguments.has("z")) {
    context.terminal().out(name_records(diff));
  } else {
    ui::show_text(context.terminal(), name_lines(context, diff), context.pager());
  }
  throw_gravest(diff.failures);
  return app::ExitCode::done;
}

}  // namespace

app::Command diff_command() {
  return {
      .path = "data diff",
      .summary = "which files of data sets differ between revisions, or in the work tree",
      .examples = {{"mlops data diff", "what you changed since the last commit"},
                   {"mlops data diff model-v1 model-v2 --stat",
                    "counts and sizes, a data set a line"},
                   {"mlops data diff model-v1 data/images", "one data set, against the work tree"}},
      .arguments = {{"rev", app::Argument::Count::optional, app::Complete::revision},
                    {"rev", app::Argument::Count::optional, app::Complete::revision},
                    {"path", app::Argument::Count::any, app::Complete::data_set}},
      .flags = {{.name = "stat", .help = "counts and sizes of each data set, no file names"},
                {.name = "", .letter = 'z', .help = "raw names, each ended by a NUL byte"},
                app::flags::jobs(),
                app::flags::json()},
      .run = run_diff};
}

}  // namespace mlops::data
