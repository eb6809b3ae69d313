#include "data/fsck_output.h"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/units.h"

namespace mlops::data {
namespace {

using workspace::VersionName;

/// "data set 'x', named by HEAD and work tree", for each place of the version.
std::string describe(app::Context& context, const VersionName& version) {
  return fmt::format("{} {}, named by {}",
                     version.what,
                     quote(context.workspace().to_display(version.path)),
                     join(version.named_by, " and "));
}

void print_hurt(app::Context& context, const FsckFindings& findings, const store::ObjectId& root) {
  const auto [begin, end] = findings.hurt.equal_range(root);
  const std::string id = store::format_root(root);
  if (begin == end) {
    context.terminal().out(fmt::format("  needed by {}\n", id));
  }
  for (auto place = begin; place != end; ++place) {
    context.terminal().out(
        fmt::format("  needed by {}: {}\n", id, describe(context, place->second)));
  }
}

void print_missing(app::Context& context, const FsckFindings& findings) {
  for (const std::string& note : findings.missing.notes) {
    context.say("note: " + escape_for_terminal(note));
  }
  for (const VersionName& version : findings.missing.versions) {
    context.terminal().out(fmt::format("{} {} {} ({}), named by {}\n",
                                       context.terminal().paint_out(ui::Style::red, "missing"),
                                       version.what,
                                       quote(context.workspace().to_display(version.path)),
                                       store::format_root(version.root),
                                       join(version.named_by, " and ")));
  }
}

void print_damages(app::Context& context, const FsckFindings& findings) {
  const std::string damaged = context.terminal().paint_out(ui::Style::red, "damaged");
  for (const store::Damage& damage : findings.report.damages) {
    context.terminal().out(fmt::format("{} {} {}: {}{}\n",
                                       damaged,
                                       to_string(damage.type),
                                       damage.id.hex(),
                                       damage.problem,
                                       damage.where.empty() ? "" : " (" + damage.where + ")"));
    for (const store::ObjectId& root : damage.roots) {
      print_hurt(context, findings, root);
    }
  }
  for (const store::PackDamage& damage : findings.report.pack_damages) {
    context.terminal().out(fmt::format(
        "{} pack {}{} ({})\n", damaged, damage.pack, damage.bytes.describe(), damage.where));
  }
  for (const store::MapDamage& damage : findings.report.map_damages) {
    context.terminal().out(fmt::format("{} map of foreign versions: {} {}\n",
                                       damaged,
                                       quote(damage.file.string()),
                                       damage.problem));
  }
}

std::string to_verdict(const FsckFindings& findings) {
  std::set<std::string> packs;
  for (const store::PackDamage& damage : findings.report.pack_damages) {
    packs.insert(damage.pack);
  }
  std::vector<std::string> parts;
  if (!findings.report.damages.empty()) {
    parts.push_back(plural(findings.report.damages.size(), "damaged object"));
  }
  if (!packs.empty()) {
    parts.push_back(plural(packs.size(), "damaged pack"));
  }
  if (!findings.report.map_damages.empty()) {
    parts.push_back(plural(findings.report.map_damages.size(), "damaged map"));
  }
  if (!findings.missing.versions.empty()) {
    parts.push_back(plural(findings.missing.versions.size(), "missing version"));
  }
  return parts.empty() ? "clean" : join(parts, ", ");
}

nlohmann::ordered_json damages_to_json(const FsckFindings& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const store::Damage& damage : findings.report.damages) {
    std::vector<std::string> roots;
    auto versions = nlohmann::ordered_json::array();
    for (const store::ObjectId& root : damage.roots) {
      roots.push_back(store::format_root(root));
      const auto [begin, end] = findings.hurt.equal_range(root);
      for (auto place = begin; place != end; ++place) {
        versions.push_back({{"what", place->second.what},
                            {"path", place->second.path},
                            {"root", roots.back()},
                            {"named_by", place->second.named_by}});
      }
    }
    list.push_back({{"id", damage.id.hex()},
                    {"type", to_string(damage.type)},
                    {"problem", damage.problem},
                    {"where", damage.where},
                    {"roots", roots},
                    {"versions", versions}});
  }
  return list;
}

}  // namespace

void print_findings(app::Context& context, const FsckFindings& findings) {
  print_missing(context, findings);
  for (const std::string& note : findings.report.notes) {
    context.say("note: " + note);
  }
  print_damages(context, findings);
  context.say(fmt::format("{}: {}, {}, {}, {}",
                          to_verdict(findings),
                          plural(findings.report.packs, "pack"),
                          plural(findings.report.objects, "object"),
                          format_bytes(findings.report.bytes),
                          plural(findings.report.roots, "version")));
}

nlohmann::ordered_json to_json(const FsckFindings& findings) {
  const store::FsckReport& report = findings.report;
  nlohmann::ordered_json record{{"version", 1},
                                {"clean", report.is_clean() && findings.missing.versions.empty()},
                                {"packs", report.packs},
                                {"objects", report.objects},
                                {"bytes", report.bytes},
                                {"roots", report.roots},
                                {"notes", report.notes},
                                {"damages", damages_to_json(findings)},
                                {"pack_damages", nlohmann::ordered_json::array()},
                                {"map_damages", nlohmann::ordered_json::array()},
                                {"missing", nlohmann::ordered_json::array()}};
  for (const store::PackDamage& damage : report.pack_damages) {
    record["pack_damages"].push_back({{"pack", damage.pack},
                                      {"from", damage.bytes.from},
                                      {"to", damage.bytes.to},
                                      {"problem", damage.bytes.problem},
                                      {"where", damage.where}});
  }
  for (const store::MapDamage& damage : report.map_damages) {
    record["map_damages"].push_back({{"where", damage.file.string()}, {"problem", damage.problem}});
  }
  for (const std::string& note : findings.missing.notes) {
    record["notes"].push_back(note);
  }
  for (const VersionName& version : findings.missing.versions) {
    record["missing"].push_back({{"what", version.what},
                                 {"path", version.path},
                                 {"root", store::format_root(version.root)},
                                 {"named_by", version.named_by}});
  }
  return record;
}

void print_repair(app::Context& context, const store::RepairReport& repair, Tense tense) {
  const bool done = tense == Tense::done;
  const auto say =
      [&](std::string_view done_words, std::string_view foretold_words, const std::string& rest) {
        context.say(fmt::format("{} {}", done ? done_words : foretold_words, rest));
      };
  for (const std::string& note : repair.notes) {
    context.say("note: " + note);
  }
  for (const store::Healing& healing : repair.healed) {
    say("healed",
        "would heal",
        fmt::format("{} {}: {}", to_string(healing.type), healing.id.hex(), healing.from));
  }
  for (const std::string& pack : repair.set_aside) {
    say("moved to quarantine", "would move to quarantine", "pack " + pack);
  }
  for (const std::string& pack : repair.forgotten) {
    say("dropped from the index", "would drop from the index", "pack " + pack);
  }
  for (const std::string& file : repair.dropped) {
    say("removed", "would remove", escape_for_terminal(file));
  }
  for (const store::Damage& damage : repair.lost) {
    context.terminal().out(fmt::format("{} {} {}: no good copy in any pack or in the work tree\n",
                                       context.terminal().paint_out(ui::Style::red, "lost"),
                                       to_string(damage.type),
                                       damage.id.hex()));
  }
}

nlohmann::ordered_json to_json(const store::RepairReport& repair, Tense tense) {
  nlohmann::ordered_json record{{"dry_run", tense == Tense::foretold},
                                {"healed", nlohmann::ordered_json::array()},
                                {"lost", nlohmann::ordered_json::array()},
                                {"quarantined", repair.set_aside},
                                {"forgotten", repair.forgotten},
                                {"dropped", repair.dropped}};
  for (const store::Healing& healing : repair.healed) {
    record["healed"].push_back(
        {{"id", healing.id.hex()}, {"type", to_string(healing.type)}, {"from", healing.from}});
  }
  for (const store::Damage& damage : repair.lost) {
    record["lost"].push_back({{"id", damage.id.hex()}, {"type", to_string(damage.type)}});
  }
  return record;
}

}  // namespace mlops::data
