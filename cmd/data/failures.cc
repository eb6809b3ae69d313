#include "data/failures.h"

#include <algorithm>

#include "app/exit_code.h"

namespace mlops::data {

void throw_gravest(const std::vector<Error>& failures) {
  if (failures.empty()) {
    return;
  }
  const auto gravest =
      std::max_element(failures.begin(), failures.end(), [](const Error& a, const Error& b) {
        const app::ExitCode code = app::exit_code_of(a.kind());
        return app::stronger(code, app::exit_code_of(b.kind())) != code;
      });
  Error error = *gravest;
  for (auto other = failures.begin(); other != failures.end(); ++other) {
    if (other != gravest) {
      error.add_context(other->message());
    }
  }
  throw error;
}

}  // namespace mlops::data
