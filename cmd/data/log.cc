#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/change_view.h"
#include "data/verbs.h"
#include "report/data_change.h"
#include "ui/pager.h"
#include "ui/table.h"
#include "workspace/data_log.h"

namespace mlops::data {
namespace {

using workspace::ChangeKind;
using workspace::DataLogEntry;
using workspace::DataSetChange;

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::size_t kShortRevision = 10;
constexpr std::size_t kDateLetters = 10;

/// "3 added, 1 renamed"; of a data set as a whole "added", "removed" or "moved".
std::string describe(const DataSetChange& set) {
  if (set.change == ChangeKind::renamed) {
    return "moved";
  }
  if (set.change != ChangeKind::changed) {
    return std::string(to_string(set.change));
  }
  const DataSetChange::Counts counts = set.count();
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) {
      parts.push_back(fmt::format("{} {}", count, what));
    }
  };
  add(counts.added, "added");
  add(counts.removed, "removed");
  add(counts.changed, "changed");
  add(counts.renamed, "renamed");
  return parts.empty() ? "not in the store" : join(parts, ", ");
}

/// "Ada <ada@example.org>" → "Ada"
std::string name_of(const std::string& author) {
  return std::string(trim(author.substr(0, author.find('<'))));
}

/// For people a line for each commit and its data sets below it, elsewhere all in one row.
class TableOfCommits {
 public:
  explicit TableOfCommits(app::Context& context)
      : context_(context),
        people_(context.terminal().out_is_terminal()),
        table_(people_ ? kForPeople : kForScripts) {}

  void add(const DataLogEntry& entry) {
    if (people_) {
      add_heading(entry.commit);
    }
    for (const auto* sets : {&entry.diff.data_sets, &entry.diff.unknown}) {
      for (const DataSetChange& set : *sets) {
        add_row(entry.commit, set);
      }
    }
  }
  std::string render() { return table_.empty() ? "" : table_.render(context_.terminal()); }

 private:
  using Columns = std::vector<ui::TextTable::Column>;
  static constexpr auto kRight = ui::TextTable::Align::right;
  inline static const Columns kForPeople = {
      {"data set"}, {"files", kRight}, {"size", kRight}, {"change"}};
  inline static const Columns kForScripts = {{"revision"},
                                             {"date"},
                                             {"author"},
                                             {"files"},
                                             {"size"},
                                             {"data set"},
                                             {"change"},
                                             {"subject"}};

  void add_heading(const git::CommitInfo& commit) {
    table_.add_heading(fmt::format("{}  {}  {}  {}",
                                   commit.oid.substr(0, kShortRevision),
                                   format_time(commit.time * kNanoseconds).substr(0, kDateLetters),
                                   name_of(commit.author),
                                   commit.subject),
                       ui::Style::yellow);
  }
  void add_row(const git::CommitInfo& commit, const DataSetChange& set) {
    if (people_) {
      table_.add({shown_path(context_, set),
                  format_count(set.after.files),
                  format_bytes(set.after.bytes),
                  describe(set)});
      return;
    }
    table_.add({commit.oid,
                format_time(commit.time * kNanoseconds),
                commit.author,
                std::to_string(set.after.files),
                std::to_string(set.after.bytes),
                shown_path(context_, set),
                describe(set),
                commit.subject});
  }

  app::Context& context_;
  bool people_;
  ui::TextTable table_;
};

nlohmann::ordered_json to_json(const DataLogEntry& entry) {
  using Json = nlohmann::ordered_json;
  Json record{{"revision", entry.commit.oid},
              {"date", format_time(entry.commit.time * kNanoseconds)},
              {"author", entry.commit.author},
              {"subject", entry.commit.subject},
              {"data_sets", Json::array()}};
  const auto add = [&](const DataSetChange& set, bool in_store) {
    Json one = report::data_set_json(set, report::WithFiles::no);
    one.erase("changes");
    one["in_store"] = in_store;
    record["data_sets"].push_back(std::move(one));
  };
  for (const DataSetChange& set : entry.diff.data_sets) {
    add(set, true);
  }
  for (const DataSetChange& set : entry.diff.unknown) {
    add(set, false);
  }
  return record;
}

workspace::DataLogRequest read_request(app::Context& context, const app::Arguments& arguments) {
  workspace::DataLogRequest request;
  for (const std::string& word : arguments.words()) {
    const std::string path = context.workspace().to_relative(word);
    if (path.empty()) {
      request.paths.clear();
      break;  // the top: everything
    }
    request.paths.push_back(path);
  }
  request.from = arguments.find("rev").value_or(request.from);
  request.max_count = arguments.find_count("max-count").value_or(request.max_count);
  return request;
}

void explain_nothing(app::Context& context, const workspace::DataLogRequest& request) {
  if (!request.paths.empty() && request.max_count > 0) {
    throw Error(ErrorKind::not_found,
                fmt::format("{} was never data in the history of {}",
                            quote(request.paths.front()),
                            quote(request.from)),
                shell_join({"mlops", "data", "ls", "--rev", request.from}));
  }
  context.note("no commit has data; next: mlops data add <path>");
}

app::ExitCode run_log(app::Context& context, const app::Arguments& arguments) {
  const workspace::DataLogRequest request = read_request(context, arguments);
  nlohmann::ordered_json record{{"version", 1}, {"commits", nlohmann::ordered_json::array()}};
  TableOfCommits table(context);
  const bool json = context.options().json;
  const std::uint64_t count = workspace::log_data(
      context.workspace(),
      request,
      [&](const DataLogEntry& entry) {
        if (json) {
          record["commits"].push_back(to_json(entry));
        } else {
          table.add(entry);
        }
      },
      context.progress(),
      context.cancel());
  if (count == 0) {
    explain_nothing(context, request);
  }
  if (json) {
    context.print_json(app::dump(record));
  } else {
    ui::show_text(context.terminal(), table.render(), context.pager());
  }
  if (context.workspace().repository().traits().shallow) {
    context.note("this clone is shallow, older commits are not here; git fetch --unshallow");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command log_command() {
  return {.path = "data log",
          .summary = "the commits in which data changed, newest first",
          .examples = {{"mlops data log data/images", "when it changed, who did it, and how much"},
                       {"mlops data log data/images/cats/7.png", "one file inside it"}},
          .arguments = {{"path", app::Argument::Count::any, app::Complete::data_set}},
          .flags = {{.name = "max-count", .value = "<n>", .help = "no more than <n> commits"},
                    app::flags::revision(),
                    app::flags::json()},
          .run = run_log};
}

}  // namespace mlops::data
