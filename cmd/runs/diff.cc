#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "pipeline/run_diff.h"
#include "report/figure_text.h"
#include "report/run_words.h"
#include "runs/open.h"
#include "runs/verbs.h"
#include "store/id.h"
#include "ui/pager.h"
#include "ui/table.h"

namespace mlops::runs {
namespace {

using pipeline::FigureChange;
using pipeline::InstanceDiff;
using pipeline::OutDiff;
using pipeline::RecordedInstance;
using pipeline::RecordedRun;
using pipeline::RunDiff;
using pipeline::RunState;
using Json = nlohmann::ordered_json;

constexpr std::size_t kKeyDigits = 12;
constexpr std::size_t kShortRoot = 15;  ///< "r1:" and 12 digits

struct Side {
  RecordedRun run;
  RunState state;
};

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

std::string root_text(const std::optional<store::ObjectId>& root) {
  return root ? store::format_root(*root) : std::string();
}

Json instance_json(const std::optional<RecordedInstance>& instance, RunState state) {
  return instance ? Json{{"state", report::state_of(*instance, state)},
                         {"failure", instance->failure},
                         {"elapsed_ms", instance->elapsed_ms},
                         {"key", text_or_null(instance->key)}}
                  : Json();
}

Json run_json_of(const RecordedRun& run) {
  return {{"run", run.id},
          {"commit", run.commit ? Json(*run.commit) : Json()},
          {"dirty", run.is_dirty},
          {"set", run.assignments}};
}

Json as_json(const Side& before, const Side& after, const RunDiff& diff) {
  Json record{{"version", 1},
              {"old", run_json_of(before.run)},
              {"new", run_json_of(after.run)},
              {"instances", Json::array()},
              {"outs", Json::array()},
              {"metrics", Json::array()}};
  for (const InstanceDiff& instance : diff.instances) {
    Json differences = Json::array();
    for (const pipeline::KeyDifference& one : instance.differences) {
      differences.push_back({{"part", one.part},
                             {"old", text_or_null(one.old_value)},
                             {"new", text_or_null(one.new_value)}});
    }
    record["instances"].push_back(
        {{"instance", instance.id},
         {"old", instance_json(instance.before, before.state)},
         {"new", instance_json(instance.after, after.state)},
         {"key_parts", instance.is_explained ? std::move(differences) : Json()}});
  }
  for (const OutDiff& out : diff.outs) {
    record["outs"].push_back({{"path", out.path},
                              {"old", text_or_null(root_text(out.before))},
                              {"new", text_or_null(root_text(out.after))}});
  }
  for (const FigureChange& figure : diff.metrics) {
    record["metrics"].push_back({{"file", figure.file},
                                 {"metric", figure.name},
                                 {"old", report::figure_json(figure.before)},
                                 {"new", report::figure_json(figure.after)},
                                 {"change", figure.change ? Json(*figure.change) : Json()}});
  }
  return record;
}

std::string head_of(std::string_view side, const Side& one) {
  const std::string revision =
      one.run.commit ? one.run.commit->substr(0, 12) + (one.run.is_dirty ? "+changes" : "")
                     : "no commit";
  return fmt::format("{} {}  {}  {}{}\n",
                     side,
                     one.run.id,
                     report::outcome_of(one.run, one.state),
                     revision,
                     one.run.assignments.empty()
                         ? ""
                         : "  " + escape_for_terminal(join(one.run.assignments, " ")));
}

std::string state_text(const std::optional<RecordedInstance>& instance, RunState state) {
  if (!instance) {
    return "absent";
  }
  const std::chrono::milliseconds elapsed(static_cast<std::int64_t>(instance->elapsed_ms));
  return instance->attempts == 0
             ? report::state_of(*instance, state)
             : fmt::format("{}, {}", report::state_of(*instance, state), format_duration(elapsed));
}

/// A line for what became of it, then one for each part of its key that differs.
void add_instance(ui::TextTable& table,
                  const InstanceDiff& instance,
                  const Side& before,
                  const Side& after) {
  table.add({instance.id,
             "state",
             state_text(instance.before, before.state),
             state_text(instance.after, after.state)});
  for (const pipeline::KeyDifference& one : instance.differences) {
    table.add({instance.id, one.part, one.old_value, one.new_value});
  }
  if (!instance.is_explained) {
    table.add({instance.id,
               "key",
               instance.before->key.substr(0, kKeyDigits),
               instance.after->key.substr(0, kKeyDigits)});
  }
}

std::string as_text(app::Context& context,
                    const Side& before,
                    const Side& after,
                    const RunDiff& diff) {
  constexpr auto kRight = ui::TextTable::Align::right;
  const ui::Terminal& terminal = context.terminal();
  std::string text = head_of("old", before) + head_of("new", after);
  const auto add = [&](const ui::TextTable& table) {
    text += table.empty() ? "" : "\n" + table.render(terminal);
  };
  constexpr auto kLeft = ui::TextTable::Align::left;
  constexpr auto kFolds = ui::TextTable::Yields::by_folding;
  ui::TextTable instances({{"instance"}, {"what"}, {"old", kLeft, kFolds}, {"new", kLeft, kFolds}});
  for (const InstanceDiff& instance : diff.instances) {
    if (instance.differs()) {
      add_instance(instances, instance, before, after);
    }
  }
  add(instances);
  ui::TextTable outs({{"out"}, {"old"}, {"new"}});
  for (const OutDiff& out : diff.outs) {
    outs.add({out.path,
              root_text(out.before).substr(0, kShortRoot),
              root_text(out.after).substr(0, kShortRoot)});
  }
  add(outs);
  ui::TextTable figures(
      {{"file"}, {"metric"}, {"old", kRight}, {"new", kRight}, {"change", kRight}});
  for (const FigureChange& figure : diff.metrics) {
    figures.add({figure.file,
                 figure.name,
                 report::shown_figure(figure.before),
                 report::shown_figure(figure.after),
                 report::figure_change_text(figure)});
  }
  add(figures);
  return text;
}

std::string last_but_one(const pipeline::RunHistory& history) {
  const std::vector<std::string> ids = history.list();
  if (ids.size() < 2) {
    throw Error(ErrorKind::not_found, "there are no two runs yet", "mlops run");
  }
  return ids[1];
}

Side load(const pipeline::RunHistory& history, const std::string& name) {
  auto [run, state] = history.load_with_state(history.find(name));
  return {std::move(run), state};
}

app::ExitCode run_diff(app::Context& context, const app::Arguments& arguments) {
  const std::vector<std::string>& words = arguments.words();
  if (words.size() > 2) {
    throw Error(ErrorKind::usage, "it compares two runs", "mlops runs diff OLD NEW");
  }
  const pipeline::RunHistory history = open_history(context);
  const Side before = load(history, words.empty() ? last_but_one(history) : words.front());
  const Side after = load(history, words.size() == 2 ? words.back() : "@last");
  const RunDiff diff = pipeline::compare_runs(context.workspace(), before.run, after.run);
  if (context.options().json) {
    context.print_json(app::dump(as_json(before, after, diff)));
    return app::ExitCode::done;
  }
  const std::string text = as_text(context, before, after, diff);
  ui::show_text(context.terminal(), text, context.pager());
  return app::ExitCode::done;
}

}  // namespace

app::Command diff_command() {
  return {.path = "runs diff",
          .summary = "show what two runs differ in: parameters, inputs, outs, metrics",
          .examples = {{"mlops runs diff", "the last two"},
                       {"mlops runs diff 20261122-20", "an earlier one and the last"},
                       {"mlops diff run:20261122-20 @last", "their predictions, row by row"}},
          .arguments = {{"run", app::Argument::Count::any, app::Complete::run}},
          .flags = {app::flags::json()},
          .run = run_diff};
}

}  // namespace mlops::runs
