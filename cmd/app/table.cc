#include <algorithm>

#include "app/command.h"
#include "data/verbs.h"
#include "metrics/verbs.h"
#include "pipeline/verbs.h"
#include "remote/verbs.h"
#include "runs/verbs.h"
#include "top/verbs.h"

namespace mlops::app {

const std::vector<Command>& commands() {
  // By hand: objects that register themselves are dropped by the linker from static libraries.
  static const std::vector<Command> kCommands{
      top::init_command(),        top::status_command(),    top::run_command(),
      top::exec_command(),        top::diff_command(),      top::check_command(),
      data::add_command(),        data::status_command(),   data::checkout_command(),
      data::ls_command(),         data::cat_command(),      data::log_command(),
      data::diff_command(),       data::merge_command(),    data::mv_command(),
      data::rm_command(),         data::push_command(),     data::pull_command(),
      data::fetch_command(),      data::fsck_command(),     data::gc_command(),
      remote::add_command(),      remote::list_command(),   remote::show_command(),
      remote::remove_command(),   remote::probe_command(),  pipeline::validate_command(),
      pipeline::schema_command(), pipeline::plan_command(), pipeline::graph_command(),
      metrics::show_command(),    metrics::diff_command(),  runs::list_command(),
      runs::show_command(),       runs::diff_command(),     runs::apply_command(),
      runs::logs_command(),       runs::attach_command(),   runs::cancel_command(),
      runs::gc_command(),         top::convert_command(),   top::doctor_command(),
      remote::serve_command(),    top::config_command(),    top::completion_command(),
      top::help_command(),        top::version_command()};
  return kCommands;
}

const std::vector<Group>& groups() {
  static const std::vector<Group> kGroups{{"data", "version data beside git"},
                                          {"remote", "name the places where data goes"},
                                          {"pipeline", "look at a pipeline without running it"},
                                          {"metrics", "compare the figures that stages wrote"},
                                          {"runs", "look back at runs, and at those at work"}};
  return kGroups;
}

const Command* find_command(std::string_view path) {
  const auto found = std::find_if(commands().begin(),
                                  commands().end(),
                                  [&](const Command& command) { return command.path == path; });
  return found == commands().end() ? nullptr : &*found;
}

const std::vector<Flag>& global_flags() {
  static const std::vector<Flag> kFlags{
      {.name = "",
       .letter = 'C',
       .value = "<dir>",
       .help = "run as if started in <dir>",
       .complete = Complete::file},
      {.name = "", .letter = 'h', .help = "one screen of help"},
      {.name = "help", .help = "the manual page"},
      {.name = "version", .help = "the version"},
      {.name = "quiet", .letter = 'q', .help = "errors only"},
      {.name = "verbose", .letter = 'v', .help = "say more"},
      {.name = "color",
       .value = "<when>",
       .help = "colour: auto, always or never",
       .choices = {"auto", "always", "never"}},
      {.name = "no-pager", .help = "never start a pager"},
      {.name = "no-input", .help = "never ask (this build asks nothing)"}};
  return kFlags;
}

namespace flags {

Flag dry_run() {
  return {.name = "dry-run", .letter = 'n', .help = "say what would be done, do nothing"};
}

Flag force() {
  return {.name = "force",
          .help = "overwrite what would be lost, after moving it to a rescue place"};
}

Flag jobs() {
  return {.name = "jobs", .letter = 'j', .value = "<n>", .help = "work on <n> things at once"};
}

Flag json() {
  return {.name = "json", .help = "one JSON record on stdout"};
}

Flag wait() {
  return {.name = "wait", .help = "wait while another process holds the lock"};
}

Flag revision() {
  return {.name = "rev",
          .value = "<rev>",
          .help = "as of this git revision",
          .complete = Complete::revision};
}

}  // namespace flags

}  // namespace mlops::app
