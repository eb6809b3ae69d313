#pragma once

#include <string>
#include <string_view>

namespace mlops::test {

/// One gzip member.
std::string gzip_of(std::string_view plain);
/// As a zip file has it: DEFLATE without header and sum.
std::string deflate_of(std::string_view plain);
/// One zstd frame; `window_log` 0: as zstd likes.
std::string zstd_of(std::string_view plain, int window_log = 0);

}  // namespace mlops::test
