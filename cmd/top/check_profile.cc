#include "top/check_profile.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/json.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "check/profile_file.h"
#include "check/profile_taker.h"
#include "check/row_hash.h"
#include "os/file.h"
#include "top/table_engine.h"

namespace mlops::top {
namespace {

const AskedCheck& one_of(const std::vector<AskedCheck>& asked, const app::Arguments& arguments) {
  for (const std::string_view flag : {"format", "show-values"}) {
    if (arguments.has(flag)) {
      throw Error(ErrorKind::usage,
                  fmt::format("--write-profile judges nothing: --{} is for judging", flag),
                  "mlops check --write-profile train.profile.json CHECK");
    }
  }
  if (asked.size() != 1) {
    throw Error(ErrorKind::usage,
                fmt::format("--write-profile keeps one table, and {} are asked for", asked.size()),
                shell_join({"mlops",
                            "check",
                            "--write-profile",
                            *arguments.find("write-profile"),
                            asked.front().check.name}));
  }
  return asked.front();
}

/// The key under which texts are hashed stays the same where it can: the same table gives the same
/// bytes, and parts written apart can be added up.
check::Profile::Key key_for(const std::filesystem::path& path,
                            const std::string& name,
                            CheckTables& tables,
                            const policy::Check& check) {
  if (const auto text = os::read_file_if_exists(path, check::kMaxProfileBytes)) {
    try {
      return check::parse_profile(*text, name).key;
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(), "remove it, or name another file");
    }
  }
  if (check.baseline && check::names_profile(*check.baseline)) {
    if (const auto baseline = tables.find(*check.baseline)) {
      return read_profiles(*baseline)->key;
    }
  }
  return check::random_key();
}

}  // namespace

app::ExitCode write_profile(app::Context& context,
                            const app::Arguments& arguments,
                            const std::vector<AskedCheck>& asked,
                            CheckPlaces places) {
  const std::string name = *arguments.find("write-profile");
  const AskedCheck& one = one_of(asked, arguments);
  if (!check::names_profile(name)) {
    throw Error(
        ErrorKind::usage,
        fmt::format("{} is no name of a profile", quote(name)),
        fmt::format("end it in {}: so that no table is taken for one", check::kProfileEnding));
  }
  const std::filesystem::path path = context.options().directory / name;
  const os::TempDir scratch(scratch_parent(context), "mlops-check-");
  CheckTables tables(std::move(places), scratch.path(), context.cancel());
  const check::Profile::Key key = key_for(path, name, tables, one.check);
  const auto engine = open_engine(context, scratch.path());
  check::CheckSettings settings;
  settings.scratch = scratch.path();
  settings.threads = context.options().jobs;
  const check::Profile profile = check::take_profile(
      *engine, one.check, table_of(tables, one), key, settings, context.cancel());
  const std::string text = check::format_profile(profile);
  os::write_file_atomic(path, text, os::Durability::durable);
  if (context.options().json) {
    const nlohmann::ordered_json record{{"version", 1},
                                        {"profile", name},
                                        {"table", profile.name},
                                        {"rows", profile.rows},
                                        {"columns", profile.columns.size()},
                                        {"bytes", text.size()}};
    context.print_json(app::dump(record));
  } else {
    context.say(fmt::format("wrote {}: {} and {} of {} ({})",
                            quote(name),
                            plural(profile.rows, "row"),
                            plural(profile.columns.size(), "column"),
                            quote(profile.name),
                            format_bytes(text.size())));
  }
  return app::ExitCode::done;
}

}  // namespace mlops::top
