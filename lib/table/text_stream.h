#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "codec/decoder.h"
#include "os/fd.h"
#include "os/file.h"
#include "table/table.h"

namespace mlops::table {

/// What compressed text may grow to: as many times its size, or kSmallText where that is more. A
/// file that was made to fill a disk ends here; an honest one that is refused can be decompressed
/// by hand.
constexpr std::uint64_t kMaxExpansion = 250;
constexpr std::uint64_t kSmallText = std::uint64_t{16} << 20U;

/// The text of a file from its start, decompressed where it is compressed, piece by piece. `fd` and
/// `source` must outlive it, and so must `copy`, which, where there is one, gets all that is read.
/// One thread.
class TextStream {
 public:
  TextStream(const os::Fd& fd, const Source& source, os::TempFile* copy = nullptr);
  /// Empty at the end; valid until the next call. Error{config} for what is not compressed as it
  /// claims, or expands to more than it may.
  std::string_view next();

 private:
  std::string_view read();
  std::string_view decode();
  void bound() const;

  const os::Fd& fd_;
  const Source& source_;
  os::TempFile* copy_;
  std::unique_ptr<codec::Decoder> decoder_;
  std::vector<std::uint8_t> block_;
  std::vector<std::uint8_t> plain_;
  std::span<const std::uint8_t> rest_;  ///< of the block: not decoded yet
  std::uint64_t offset_ = 0;            ///< bytes read
  std::uint64_t decoded_ = 0;
};

}  // namespace mlops::table
