#include "data/kept.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace mlops::data {
namespace {

constexpr std::size_t kShown = 20;

}  // namespace

void refuse_kept(app::Context& context,
                 const workspace::RestoreResult& total,
                 workspace::Clobber clobber,
                 std::string_view outcome) {
  const std::vector<std::string>& kept = total.kept;
  Error error(
      ErrorKind::conflict,
      fmt::format(
          "{} with changes that the store does not know; {}", plural(kept.size(), "path"), outcome),
      clobber == workspace::Clobber::refuse
          ? "mlops data add <path> keeps your version; --force moves it to a rescue "
            "directory"
          : "move it elsewhere: --force cannot, see the reason");
  for (std::size_t i = 0; i < kept.size() && i < kShown; ++i) {
    error.add_context(
        fmt::format("{} {}", context.workspace().to_display(kept[i]), total.kept_reasons[i]));
  }
  if (kept.size() > kShown) {
    error.add_context(fmt::format("and {} more", kept.size() - kShown));
  }
  throw error;
}

void say_rescued(app::Context& context, const workspace::RestoreResult& total) {
  for (const std::string& path : total.rescued) {
    context.say(fmt::format("moved {} to {}",
                            quote(context.workspace().to_display(path)),
                            quote(total.rescue_directory)));
  }
}

}  // namespace mlops::data
