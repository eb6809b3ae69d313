#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "codec/sha256.h"

namespace mlops::pipeline {

/// SHA-256 over texts, each with its length in front: no two lists of texts have one digest.
class RecordHash {
 public:
  RecordHash& add(std::string_view text);
  std::string hex();  ///< of all that was added; only once

 private:
  codec::Sha256 hash_;
};

/// Of a file's bytes, links followed. Error{io}, Error{not_found}, Error{interrupted}.
std::string digest_of_file(const std::filesystem::path& path, const CancelToken& cancel);

}  // namespace mlops::pipeline
