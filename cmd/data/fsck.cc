#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/text.h"
#include "base/units.h"
#include "data/verbs.h"
#include "store/store.h"

namespace mlops::data {
namespace {

nlohmann::ordered_json to_json(const store::FsckReport& report) {
  nlohmann::ordered_json record{{"version", 1},
                                {"clean", report.is_clean()},
                                {"packs", report.packs},
                                {"objects", report.objects},
                                {"bytes", report.bytes},
                                {"roots", report.roots},
                                {"notes", report.notes},
                                {"damages", nlohmann::ordered_json::array()},
                                {"pack_damages", nlohmann::ordered_json::array()}};
  for (const store::Damage& damage : report.damages) {
    std::vector<std::string> roots;
    for (const store::ObjectId& root : damage.roots) {
      roots.push_back(store::format_root(root));
    }
    record["damages"].push_back({{"id", damage.id.hex()},
                                 {"type", to_string(damage.type)},
                                 {"problem", damage.problem},
                                 {"where", damage.where},
                                 {"roots", roots}});
  }
  for (const store::PackDamage& damage : report.pack_damages) {
    record["pack_damages"].push_back({{"pack", damage.pack},
                                      {"from", damage.bytes.from},
                                      {"to", damage.bytes.to},
                                      {"problem", damage.bytes.problem},
                                      {"where", damage.where}});
  }
  return record;
}

std::string to_verdict(const store::FsckReport& report) {
  std::set<std::string> packs;
  for (const store::PackDamage& damage : report.pack_damages) {
    packs.insert(damage.pack);
  }
  std::vector<std::string> parts;
  if (!report.damages.empty()) {
    parts.push_back(plural(report.damages.size(), "damaged object"));
  }
  if (!packs.empty()) {
    parts.push_back(plural(packs.size(), "damaged pack"));
  }
  return parts.empty() ? "clean" : join(parts, ", ");
}

void print_people(app::Context& context, const store::FsckReport& report) {
  for (const std::string& note : report.notes) {
    context.say("note: " + note);
  }
  for (const store::Damage& damage : report.damages) {
    context.terminal().out(fmt::format("{} {} {}: {}{}\n",
                                       context.terminal().paint_out(ui::Style::red, "damaged"),
                                       to_string(damage.type),
                                       damage.id.hex(),
                                       damage.problem,
                                       damage.where.empty() ? "" : " (" + damage.where + ")"));
    for (const store::ObjectId& root : damage.roots) {
      context.terminal().out(fmt::format("  needed by {}\n", store::format_root(root)));
    }
  }
  for (const store::PackDamage& damage : report.pack_damages) {
    context.terminal().out(fmt::format("{} pack {}{} ({})\n",
                                       context.terminal().paint_out(ui::Style::red, "damaged"),
                                       damage.pack,
                                       damage.bytes.describe(),
                                       damage.where));
  }
  context.say(fmt::format("{}: {}, {}, {}, {}",
                          to_verdict(report),
                          plural(report.packs, "pack"),
                          plural(report.objects, "object"),
                          format_bytes(report.bytes),
                          plural(report.roots, "version")));
}

app::ExitCode run_fsck(app::Context& context, const app::Arguments&) {
  const store::FsckReport report =
      context.workspace().store().fsck(context.progress(), context.cancel());
  context.progress().end();
  if (context.options().json) {
    context.print_json(app::dump(to_json(report)));
  } else {
    print_people(context, report);
  }
  return report.is_clean() ? app::ExitCode::done : app::ExitCode::object_missing;
}

}  // namespace

app::Command fsck_command() {
  return {.path = "data fsck",
          .summary = "read and verify everything in the store",
          .examples = {{"mlops data fsck", "names every damaged object and the versions it hurts"}},
          .flags = {app::flags::json()},
          .run = run_fsck};
}

}  // namespace mlops::data
