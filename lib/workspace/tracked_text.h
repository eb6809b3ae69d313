#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/toml.h"

namespace mlops::workspace {

/// The schema of pointers and locks that this build writes and reads.
inline constexpr std::int64_t kTrackedSchema = 1;

/// The document of a pointer or lock from git, parsed within `max_bytes`, its `schema` checked.
/// Error{config}: git's conflict markers are named as such, another schema says to upgrade.
config::Table parse_tracked(std::string_view text,
                            const std::string& file,
                            std::uint64_t max_bytes);

/// A count of files or bytes under the key. Error{config} when it is missing or negative.
std::uint64_t read_count(const config::Table& table, std::string_view key);

}  // namespace mlops::workspace
