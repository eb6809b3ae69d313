#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "store/id.h"
#include "support/temp_dir.h"

/// Files written once by the hidden [.write] tests and read for ever.
namespace mlops::formats {

/// A file of tests/formats/v1.
inline std::filesystem::path sample(std::string_view name) {
  return std::filesystem::path(MLOPS_SOURCE_DIR) / "tests/formats/v1" / name;
}
inline std::string sample_text(std::string_view name) {
  return test::read_file(sample(name));
}

/// An id of 32 equal bytes.
inline store::ObjectId id_of(std::uint8_t byte) {
  store::ObjectId id;
  id.bytes.fill(byte);
  return id;
}

}  // namespace mlops::formats
