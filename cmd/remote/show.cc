#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/context.h"
#include "app/json.h"
#include "base/hex.h"
#include "base/text.h"
#include "base/units.h"
#include "remote/open.h"
#include "remote/verbs.h"
#include "workspace/workspace.h"

namespace mlops::remote {
namespace {

/// What lies on a remote.
struct Contents {
  bool is_made = false;
  std::uint64_t pack_bytes = 0;
  std::map<std::string, std::uint64_t> data_sets;  ///< versions of each
};

Contents look(Chain& chain) {
  Contents contents;
  contents.is_made = chain.open();
  for (const auto& [pack, size] : chain.state().packs()) {
    contents.pack_bytes += size;
  }
  for (const auto& [id, pin] : chain.state().roots()) {
    ++contents.data_sets[pin.data_set];
  }
  return contents;
}

void print_json(app::Context& context, const OpenRemote& open, const Contents& contents) {
  const Chain& chain = *open.chain;
  nlohmann::ordered_json record{{"version", 1},
                                {"name", open.remote.name},
                                {"url", open.remote.url},
                                {"id", nullptr},
                                {"head", chain.head().number},
                                {"versions", chain.state().roots().size()},
                                {"packs", chain.state().packs().size()},
                                {"pack_bytes", contents.pack_bytes},
                                {"open_pushes", chain.head().sessions.size()},
                                {"data_sets", nlohmann::ordered_json::array()}};
  if (contents.is_made) {
    record["id"] = to_hex(chain.format().id);
  }
  for (const auto& [path, versions] : contents.data_sets) {
    record["data_sets"].push_back({{"path", path}, {"versions", versions}});
  }
  context.print_json(app::dump(record));
}

void print_people(app::Context& context, const OpenRemote& open, const Contents& contents) {
  const Chain& chain = *open.chain;
  context.say(fmt::format("{}: {}", quote(open.remote.name), quote(open.remote.url)));
  if (!contents.is_made) {
    context.say("nothing was pushed to it yet");
    return;
  }
  context.say(fmt::format("{}, {} in {}; head {}",
                          plural(chain.state().roots().size(), "version"),
                          format_bytes(contents.pack_bytes),
                          plural(chain.state().packs().size(), "pack"),
                          chain.head().number));
  if (!chain.head().sessions.empty()) {
    context.say(plural(chain.head().sessions.size(), "session") + " of pushes at work, or dead");
  }
  for (const auto& [path, versions] : contents.data_sets) {
    context.say(fmt::format("  {}: {}", quote(path), plural(versions, "version")));
  }
}

app::ExitCode run_show(app::Context& context, const app::Arguments& arguments) {
  workspace::Workspace& workspace = context.workspace();
  const auto& words = arguments.words();
  const std::string name =
      remote_for(workspace.settings(),
                 "",
                 words.empty() ? std::nullopt : std::optional<std::string>(words.front()));
  const OpenRemote open = open_remote(context, load_remote(workspace.settings(), name));
  const Contents contents = look(*open.chain);
  if (context.options().json) {
    print_json(context, open, contents);
  } else {
    print_people(context, open, contents);
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command show_command() {
  return {.path = "remote show",
          .summary = "what lies on a remote, by data set",
          .examples = {{"mlops remote show", "the default remote"},
                       {"mlops remote show origin --json", "the same for scripts"}},
          .arguments = {{"name", app::Argument::Count::optional, app::Complete::remote}},
          .flags = {app::flags::json()},
          .run = run_show};
}

}  // namespace mlops::remote
