#include "data/checkout_view.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/units.h"
#include "data/kept.h"

namespace mlops::data {
namespace {

void say_gone(app::Context& context, const workspace::CheckoutResult& result) {
  for (const std::string& path : result.gone) {
    context.say(
        fmt::format("{} is no data set in this version: what the store has of it is removed",
                    quote(context.workspace().to_display(path))));
  }
  for (const std::string& file : result.left) {
    context.progress().warn(fmt::format("{} is of no version: left here, where git sees it",
                                        quote(context.workspace().to_display(file))));
  }
}

void note_sparse(app::Context& context, const std::vector<std::string>& sparse) {
  for (const std::string& path : sparse) {
    const std::string shown = context.workspace().to_display(path);
    context.note(fmt::format(
        "{} is sparse; the rest of it: {}",
        quote(shown),
        escape_for_terminal(shell_join({"mlops", "data", "checkout", "--full", "--", shown}))));
  }
}

}  // namespace

nlohmann::ordered_json checkout_json(const workspace::CheckoutResult& result) {
  const workspace::RestoreResult& total = result.total;
  return {{"version", 1},
          {"data_sets", result.data_sets},
          {"written_files", total.written_files},
          {"written_bytes", total.written_bytes},
          {"unchanged_files", total.unchanged_files},
          {"removed_files", total.removed_files},
          {"rescued", total.rescued},
          {"ignore_files", result.ignore_files},
          {"sparse", result.sparse},
          {"gone", result.gone},
          {"left", result.left},
          {"would_write", total.would_write},
          {"would_remove", total.would_remove}};
}

void say_checkout_plan(app::Context& context, const workspace::CheckoutResult& result) {
  const workspace::RestoreResult& total = result.total;
  const auto show = [&](std::string_view what, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      context.say(fmt::format("would {} {}", what, quote(context.workspace().to_display(path))));
    }
  };
  show("move to a rescue directory", total.rescued);
  show("remove", total.would_remove);
  show("write", total.would_write);
  context.say(fmt::format("{}: {} would be written ({}), {} unchanged, {} would be removed",
                          plural(result.data_sets.size(), "data set"),
                          plural(total.written_files, "file"),
                          format_bytes(total.written_bytes),
                          total.unchanged_files,
                          total.removed_files));
}

void say_checkout(app::Context& context, const workspace::CheckoutResult& result) {
  const workspace::RestoreResult& total = result.total;
  context.say(fmt::format("{}: {} written ({}), {} unchanged, {} removed",
                          plural(result.data_sets.size(), "data set"),
                          plural(total.written_files, "file"),
                          format_bytes(total.written_bytes),
                          total.unchanged_files,
                          total.removed_files));
  say_rescued(context, total);
  say_gone(context, result);
  for (const std::string& file : result.ignore_files) {
    context.say(fmt::format("added a line to {}, so that git does not take the data",
                            quote(context.workspace().to_display(file))));
  }
  note_sparse(context, result.sparse);
}

}  // namespace mlops::data
