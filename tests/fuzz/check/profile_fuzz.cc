#include <cstddef>
#include <cstdint>
#include <string>

#include "base/hex.h"
#include "check/profile_file.h"
#include "codec/bytes.h"
#include "codec/sha256.h"
#include "fuzz/harness.h"

namespace {

using namespace mlops;

/// What is taken is written the same, and adds up with itself.
void look_at(std::string_view text) {
  fuzz::expect_only({ErrorKind::config}, [&] {
    const check::Profile profile = check::parse_profile(text, "x.profile.json");
    fuzz::require(check::format_profile(profile) == text);
    const check::Profile both = check::sum(profile, profile);
    fuzz::require(both.rows == 2 * profile.rows && both.columns.size() == profile.columns.size());
    for (const check::ProfileColumn& column : both.columns) {
      fuzz::require(column.rows() == both.rows);
      for (const check::ValueCells* const cells : {&column.numbers, &column.texts}) {
        for (const check::ValueCell& cell : cells->list()) {
          fuzz::require(cells->find(cell.middle()) == &cell);
        }
      }
    }
  });
}

}  // namespace

/// Any bytes as a profile, as they are and with their digest made right.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  look_at(text);
  constexpr std::size_t kTail = 77;
  const std::string body(text.substr(0, text.size() - std::min(text.size(), kTail)));
  look_at(body + "\"sha256\":\"" + to_hex(codec::sha256(codec::as_bytes(body))) + "\"}\n");
  return 0;
}
