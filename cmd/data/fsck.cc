#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "data/verbs.h"
#include "store/store.h"
#include "workspace/missing_versions.h"

namespace mlops::data {
namespace {

using workspace::MissingVersion;
using workspace::MissingVersions;

/// What the pointers and locks of this work tree name, in the record of the store's own check.
void add_missing(nlohmann::ordered_json& record, const MissingVersions& missing) {
  record["clean"] = record["clean"] && missing.versions.empty();
  for (const std::string& note : missing.notes) {
    record["notes"].push_back(note);
  }
  record["missing"] = nlohmann::ordered_json::array();
  for (const MissingVersion& version : missing.versions) {
    record["missing"].push_back({{"what", version.what},
                                 {"path", version.path},
                                 {"root", store::format_root(version.root)},
                                 {"named_by", version.named_by}});
  }
}

void print_missing(app::Context& context, const MissingVersions& missing) {
  for (const std::string& note : missing.notes) {
    context.say("note: " + escape_for_terminal(note));
  }
  for (const MissingVersion& version : missing.versions) {
    context.terminal().out(fmt::format("{} {} {} ({}), named by {}\n",
                                       context.terminal().paint_out(ui::Style::red, "missing"),
                                       version.what,
                                       quote(context.workspace().to_display(version.path)),
                                       store::format_root(version.root),
                                       join(version.named_by, " and ")));
  }
}

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

std::string to_verdict(const store::FsckReport& report, const MissingVersions& missing) {
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
  if (!missing.versions.empty()) {
    parts.push_back(plural(missing.versions.size(), "missing version"));
  }
  return parts.empty() ? "clean" : join(parts, ", ");
}

void print_people(app::Context& context,
                  const store::FsckReport& report,
                  const MissingVersions& missing) {
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
                          to_verdict(report, missing),
                          plural(report.packs, "pack"),
                          plural(report.objects, "object"),
                          format_bytes(report.bytes),
                          plural(report.roots, "version")));
}

app::ExitCode run_fsck(app::Context& context, const app::Arguments&) {
  const store::FsckReport report =
      context.workspace().store().fsck(context.progress(), context.cancel());
  context.progress().end();
  const MissingVersions missing = workspace::find_missing_versions(context.workspace());
  if (context.options().json) {
    nlohmann::ordered_json record = to_json(report);
    add_missing(record, missing);
    context.print_json(app::dump(record));
  } else {
    print_missing(context, missing);
    print_people(context, report, missing);
  }
  if (!missing.versions.empty()) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the store lacks {} that git names",
                            plural(missing.versions.size(), "version")),
                workspace::kMissingBytesHint);
  }
  return report.is_clean() ? app::ExitCode::done : app::ExitCode::object_missing;
}

}  // namespace

app::Command fsck_command() {
  return {.path = "data fsck",
          .summary = "verify the store, and that it has what pointers and locks name",
          .examples = {{"mlops data fsck",
                        "names damaged objects, the versions they hurt, and missing versions"}},
          .flags = {app::flags::json()},
          .run = run_fsck};
}

}  // namespace mlops::data
