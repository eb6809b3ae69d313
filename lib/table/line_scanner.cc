#include "table/line_scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

namespace mlops::table {
namespace {

// Without a flag for newer processors std::popcount calls a function of the compiler's library.
std::size_t count_bits(std::uint64_t bits) {
  bits -= (bits >> 1U) & 0x5555'5555'5555'5555U;
  bits = (bits & 0x3333'3333'3333'3333U) + ((bits >> 2U) & 0x3333'3333'3333'3333U);
  bits = (bits + (bits >> 4U)) & 0x0F0F'0F0F'0F0F'0F0FU;
  return (bits * 0x0101'0101'0101'0101U) >> 56U;
}

}  // namespace

LineScanner::LineScanner(std::string_view text, const LineRules& rules)
    : classify_(fastest_classifier()),
      rules_(rules),
      end_(text.data() + text.size()),
      position_(text.data()),
      window_(text.data()) {}

void LineScanner::Met::add(const ByteMasks& masks, std::uint64_t of) {
  delimiters += count_bits(masks.delimiter & of);
  odd = odd || (masks.odd & of) != 0;
  if ((masks.carriage_return & of) != 0) {
    returns += count_bits(masks.carriage_return & of);
  }
}

bool LineScanner::load(const char* at) {
  if (at >= end_) {
    return false;
  }
  const auto rest = static_cast<std::size_t>(end_ - at);
  window_ = at;
  block_ = 0;
  blocks_ = std::min(rest / kMaskBytes, kBlocks);
  if (blocks_ > 0) {
    classify_(at, blocks_, rules_.delimiter, masks_.data());
    return true;
  }
  std::array<char, kMaskBytes> last;
  last.fill(' ');
  std::memcpy(last.data(), at, rest);
  blocks_ = 1;
  classify_(last.data(), 1, rules_.delimiter, masks_.data());
  return true;
}

void LineScanner::seek(const char* record) {
  position_ = record;
  const auto ahead = static_cast<std::size_t>(record - window_);
  if (ahead >= blocks_ * kMaskBytes) {
    blocks_ = 0;
    block_ = 0;
    load(record);
    return;
  }
  block_ = ahead / kMaskBytes;
  const std::uint64_t kept = ~std::uint64_t{0} << (ahead % kMaskBytes);
  ByteMasks& masks = masks_[block_];
  masks.newline &= kept;
  masks.delimiter &= kept;
  masks.carriage_return &= kept;
  masks.odd &= kept;
}

bool LineScanner::next(std::string_view& record) {
  const char* const begin = position_;
  if (begin == end_ || !is_clean()) {
    return false;
  }
  Met met;
  for (;;) {
    if (block_ == blocks_ && !load(window_ + blocks_ * kMaskBytes)) {
      position_ = end_;
      record = {begin, static_cast<std::size_t>(end_ - begin)};
      return accept(record, met, false);
    }
    ByteMasks& masks = masks_[block_];
    if (masks.newline != 0) {
      const std::uint64_t end_bit = masks.newline & (~masks.newline + 1);
      met.add(masks, end_bit - 1);
      const std::uint64_t kept = ~(end_bit | (end_bit - 1));
      masks.newline &= kept;
      masks.delimiter &= kept;
      masks.carriage_return &= kept;
      masks.odd &= kept;
      const char* const end = window_ + block_ * kMaskBytes + std::countr_zero(end_bit);
      position_ = end + 1;
      record = {begin, static_cast<std::size_t>(end - begin)};
      return accept(record, met, true);
    }
    met.add(masks, ~std::uint64_t{0});
    ++block_;
  }
}

bool LineScanner::accept(std::string_view& record, const Met& met, bool has_end) {
  std::size_t returns = met.returns;
  if (has_end && rules_.newline == CsvShape::Newline::crlf) {
    if (record.empty() || record.back() != '\r') {
      return refuse("line ends of two kinds");
    }
    record.remove_suffix(1);
    --returns;
  }
  if (returns != 0) {
    return refuse("a carriage return");
  }
  if (record.empty()) {
    return refuse("an empty line");
  }
  if (met.delimiters + 1 != rules_.fields) {
    return refuse("a row with more or fewer fields than the header");
  }
  if (record.size() + 2 > kMaxRecordBytes) {
    return refuse("a long row");
  }
  if (met.odd) {
    if (record.find('"') != std::string_view::npos) {
      return refuse("a quote");
    }
    if (record.find('\0') != std::string_view::npos || !is_utf8(record)) {
      return refuse("bytes that are not UTF-8 text");
    }
  }
  return true;
}

bool LineScanner::refuse(std::string_view trouble) {
  trouble_ = trouble;
  return false;
}

namespace {

// One search a field.
void split_by_search(std::string_view record, char delimiter, std::span<std::string_view> fields) {
  const char* at = record.data();
  const char* const end = at + record.size();
  for (std::string_view& field : fields) {
    const auto rest = static_cast<std::size_t>(end - at);
    const auto* const stop = static_cast<const char*>(std::memchr(at, delimiter, rest));
    const char* const field_end = stop != nullptr ? stop : end;
    field = {at, static_cast<std::size_t>(field_end - at)};
    at = stop != nullptr ? stop + 1 : end;
  }
}

}  // namespace

#ifdef __SSE2__
// Fields are mostly a few bytes long: sixteen bytes at once find several of them.
void split_record(std::string_view record, char delimiter, std::span<std::string_view> fields) {
  constexpr std::size_t kBytes = 16;
  if (record.size() < kBytes) {
    split_by_search(record, delimiter, fields);
    return;
  }
  const char* const data = record.data();
  const __m128i wanted = _mm_set1_epi8(delimiter);
  std::size_t count = 0;
  std::size_t begin = 0;
  for (std::size_t base = 0; base < record.size() && count < fields.size(); base += kBytes) {
    // The last bytes are looked at with those before them: nothing behind the record is read.
    const std::size_t from = std::min(base, record.size() - kBytes);
    __m128i bytes;
    std::memcpy(&bytes, data + from, kBytes);
    auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    mask >>= base - from;
    for (; mask != 0 && count < fields.size(); mask &= mask - 1) {
      const std::size_t stop = base + static_cast<std::size_t>(std::countr_zero(mask));
      fields[count++] = record.substr(begin, stop - begin);
      begin = stop + 1;
    }
  }
  for (; count < fields.size(); begin = record.size()) {
    fields[count++] = record.substr(begin);
  }
}
#else
void split_record(std::string_view record, char delimiter, std::span<std::string_view> fields) {
  split_by_search(record, delimiter, fields);
}
#endif

}  // namespace mlops::table
