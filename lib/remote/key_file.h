#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::remote {

/// A file in which a user keeps keys: the one that `variable` names, else `usual` below HOME;
/// empty when nothing says where that is. `environment` is "NAME=value".
std::filesystem::path key_file(const std::vector<std::string>& environment,
                               std::string_view variable,
                               const std::filesystem::path& usual);
/// At most 1 MiB; nothing where there is no such file.
std::optional<std::string> read_key_file(const std::filesystem::path& file);
/// Error{config} for a file that others than its owner may read or write.
void refuse_readable_by_others(const std::filesystem::path& file);

}  // namespace mlops::remote
