#pragma once

#include <nlohmann/json_fwd.hpp>

namespace mlops::report {

/// JSON is UTF-8; names of files, lines of logs and cells of tables may be any bytes. A text that
/// is no UTF-8 becomes what a terminal shows of it ("\xff"), and its bytes stand beside it in hex:
/// under "KEY_hex" next to "KEY", or, of a list of texts, a list there with null for those that are
/// UTF-8. So no two different names become one. Other records stay as they are.
void spell_bytes(nlohmann::ordered_json& json);

}  // namespace mlops::report
