#pragma once

#include <string>
#include <string_view>

#include "check/profile.h"

namespace mlops::check {

/// A profile is a small text file of canonical JSON, one column a line, with a digest at its end:
///
///     {"format":"mlops-profile","version":1,"key":HEX,"files":N,"rows":N,"columns":[
///     {"name":S,"times":B,"personal":B,"nulls":N,"nans":N,"numbers":CELLS,"texts":CELLS,
///      "names":[S...]},...
///     ],"pairs":[
///     [FIRST,SECOND,ROWS,MEAN,MEAN,XX,YY,XY],...
///     ],
///     "sha256":HEX}
///
/// CELLS is a string: "3ff0:12 3ff2/14:33", the shared bits of each cell in hex, how many they are
/// where that is not four a digit, and the rows. mlops-profile(5) says the rest.

inline constexpr std::string_view kProfileEnding = ".profile.json";
inline constexpr std::uint64_t kMaxProfileBytes = std::uint64_t{128} << 20U;

/// By its name: only there nothing else can be meant.
inline bool names_profile(std::string_view name) {
  return name.ends_with(kProfileEnding);
}

std::string format_profile(const Profile& profile);

/// What format_profile made, byte for byte; else Error{config} that names the file. `name`: how
/// messages call it.
Profile parse_profile(std::string_view text, const std::string& name);

}  // namespace mlops::check
