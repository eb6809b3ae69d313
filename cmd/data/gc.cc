#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/verbs.h"
#include "store/store.h"
#include "workspace/experiment_tree.h"
#include "workspace/live_roots.h"
#include "workspace/run_lock.h"

namespace mlops::data {
namespace {

/// What goes of one data set.
struct Share {
  std::uint64_t versions = 0;
  std::uint64_t bytes = 0;      ///< of their content
  std::uint64_t own_bytes = 0;  ///< that nothing else has
};

/// By the path under which the versions were added first.
std::map<std::string, Share> by_data_set(const store::GcReport& report) {
  std::map<std::string, Share> shares;
  for (const store::DeadVersion& version : report.versions) {
    Share& share = shares[version.data_set];
    ++share.versions;
    share.bytes += version.bytes;
    share.own_bytes += version.own_bytes;
  }
  return shares;
}

store::CacheLimits cache_limits(const config::Settings& settings) {
  store::CacheLimits limits;
  // The settings hold nothing that does not parse.
  limits.max_age = parse_duration(settings.get_string("cache.max_age")).value();
  limits.max_bytes = settings.get_bytes("cache.max_size");
  return limits;
}

nlohmann::ordered_json to_json(const store::GcReport& report, store::GcMode mode) {
  nlohmann::ordered_json record{{"version", 1},
                                {"dry_run", mode == store::GcMode::dry_run},
                                {"freed_bytes", report.freed_bytes},
                                {"kept_bytes", report.kept_bytes},
                                {"live_versions", report.live_versions},
                                {"absent_versions", report.absent_versions},
                                {"results", report.results},
                                {"packs_removed", report.packs_removed},
                                {"packs_rewritten", report.packs_rewritten},
                                {"packs_damaged", report.packs_damaged},
                                {"problem", nullptr},
                                {"data_sets", nlohmann::ordered_json::array()},
                                {"versions", nlohmann::ordered_json::array()}};
  if (!report.problem.empty()) {
    record["problem"] = report.problem;
  }
  for (const auto& [path, share] : by_data_set(report)) {
    record["data_sets"].push_back(
        {{"path", path.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(path)},
         {"versions", share.versions},
         {"bytes", share.bytes},
         {"own_bytes", share.own_bytes}});
  }
  for (const store::DeadVersion& version : report.versions) {
    record["versions"].push_back(
        {{"root", store::format_root(version.root)},
         {"path",
          version.data_set.empty() ? nlohmann::ordered_json()
                                   : nlohmann::ordered_json(version.data_set)},
         {"files", version.files},
         {"bytes", version.bytes},
         {"own_bytes", version.own_bytes}});
  }
  return record;
}

void print_people(app::Context& context, const store::GcReport& report, store::GcMode mode) {
  const bool is_dry = mode == store::GcMode::dry_run;
  for (const auto& [path, share] : by_data_set(report)) {
    context.say(fmt::format("{}  {}: {}, {}, of which {} nothing else has",
                            is_dry ? "would remove" : "removed",
                            path.empty() ? "(of no data set)" : quote(path),
                            plural(share.versions, "version"),
                            format_bytes(share.bytes),
                            format_bytes(share.own_bytes)));
  }
  if (report.results > 0) {
    context.say(fmt::format("{}  {} of runs",
                            is_dry ? "would remove" : "removed",
                            plural(report.results, "cached result")));
  }
  if (report.packs_damaged > 0) {
    context.progress().warn(
        plural(report.packs_damaged, "pack") +
        " could not be rewritten, being damaged, and stayed: see mlops data fsck");
  }
  context.say(fmt::format("{} {}: {} removed, {} rewritten; {} in use, {} stored",
                          is_dry ? "would free about" : "freed",
                          format_bytes(report.freed_bytes),
                          plural(report.packs_removed, "pack"),
                          report.packs_rewritten,
                          plural(report.live_versions, "version"),
                          format_bytes(report.kept_bytes)));
  if (report.absent_versions > 0) {
    context.note(fmt::format("{} that git names {} not in this store",
                             plural(report.absent_versions, "version"),
                             report.absent_versions == 1 ? "is" : "are"));
  }
  if (is_dry && report.freed_bytes > 0) {
    context.say("next: mlops data gc");
  }
}

app::ExitCode run_gc(app::Context& context, const app::Arguments& arguments) {
  if (!arguments.has("dry-run")) {
    workspace::remove_left_experiments(context.workspace(), context.progress());
    workspace::remove_free_run_locks(context.workspace());
  }
  store::Store& store = context.workspace().store();
  const os::Waiter waiter{context.progress(), context.cancel()};
  workspace::LiveRoots live(context.open_options(), store);
  store::GcRequest request;
  request.find_live = [&] {
    return live.find(store.clones(), context.progress(), context.cancel());
  };
  request.cache = cache_limits(context.workspace().settings());
  request.mode = arguments.has("dry-run") ? store::GcMode::dry_run : store::GcMode::remove;
  request.waiter = arguments.has("wait") ? &waiter : nullptr;
  const store::GcReport report = store.gc(request, context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(report, request.mode)));
  } else {
    print_people(context, report, request.mode);
  }
  if (!report.problem.empty()) {
    throw Error(ErrorKind::io,
                "what is left could not be packed anew: " + report.problem,
                "make room on the disk and run it again: mlops data gc");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command gc_command() {
  return {.path = "data gc",
          .summary = "remove what no version of any clone needs from the store",
          .examples = {{"mlops data gc -n", "what it would remove and free, by data set"},
                       {"mlops data gc", "removes it"}},
          .flags = {app::flags::dry_run(), app::flags::wait(), app::flags::json()},
          .run = run_gc};
}

}  // namespace mlops::data
