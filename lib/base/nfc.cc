#include "base/nfc.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace mlops {
namespace {

// Hangul syllables are computed (section 3.12 of the standard).
constexpr std::uint32_t kHangulFirst = 0xAC00;
constexpr std::uint32_t kLeadFirst = 0x1100;
constexpr std::uint32_t kVowelFirst = 0x1161;
constexpr std::uint32_t kTailFirst = 0x11A7;
constexpr std::uint32_t kLeads = 19;
constexpr std::uint32_t kVowels = 21;
constexpr std::uint32_t kTails = 28;
constexpr std::uint32_t kSyllables = kLeads * kVowels * kTails;

/// Marks a byte that is no UTF-8.
constexpr std::uint32_t kByte = 0x80000000U;

std::uint32_t read_hex(const char*& at) {
  std::uint32_t value = 0;
  for (;; ++at) {
    if (*at >= '0' && *at <= '9') {
      value = value * 16 + static_cast<std::uint32_t>(*at - '0');
    } else if (*at >= 'A' && *at <= 'F') {
      value = value * 16 + static_cast<std::uint32_t>(*at - 'A' + 10);
    } else {
      return value;
    }
  }
}

class Tables {
 public:
  Tables() {
    for (const char* at = kCanonicalDecompositions; *at != '\0'; ++at) {
      const std::uint32_t whole = read_hex(at);
      const bool excluded = *at == '!';
      const std::uint32_t first = read_hex(++at);
      const std::uint32_t second = *at == '+' ? read_hex(++at) : 0;
      parts_[whole] = {first, second};
      if (second != 0 && !excluded) {
        wholes_[{first, second}] = whole;
      }
    }
    for (const char* at = kCombiningClasses; *at != '\0'; ++at) {
      const std::uint32_t first = read_hex(at);
      const std::uint32_t last = *at == '-' ? read_hex(++at) : first;
      const std::uint32_t combining = read_hex(++at);
      for (std::uint32_t code = first; code <= last; ++code) {
        classes_[code] = combining;
      }
    }
  }

  void decompose(std::uint32_t code, std::vector<std::uint32_t>& out) const {
    if (code >= kHangulFirst && code < kHangulFirst + kSyllables) {
      const std::uint32_t index = code - kHangulFirst;
      out.push_back(kLeadFirst + index / (kVowels * kTails));
      out.push_back(kVowelFirst + index % (kVowels * kTails) / kTails);
      if (index % kTails != 0) {
        out.push_back(kTailFirst + index % kTails);
      }
      return;
    }
    const auto found = parts_.find(code);
    if (found == parts_.end()) {
      out.push_back(code);
      return;
    }
    decompose(found->second.first, out);
    if (found->second.second != 0) {
      out.push_back(found->second.second);
    }
  }

  std::optional<std::uint32_t> compose(std::uint32_t a, std::uint32_t b) const {
    if (a >= kLeadFirst && a < kLeadFirst + kLeads && b >= kVowelFirst &&
        b < kVowelFirst + kVowels) {
      return kHangulFirst + ((a - kLeadFirst) * kVowels + (b - kVowelFirst)) * kTails;
    }
    if (a >= kHangulFirst && a < kHangulFirst + kSyllables && (a - kHangulFirst) % kTails == 0 &&
        b > kTailFirst && b < kTailFirst + kTails) {
      return a + (b - kTailFirst);
    }
    const auto found = wholes_.find({a, b});
    return found == wholes_.end() ? std::nullopt : std::optional(found->second);
  }

  std::uint32_t combining_class(std::uint32_t code) const {
    const auto found = classes_.find(code);
    return found == classes_.end() ? 0 : found->second;
  }

 private:
  std::unordered_map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> parts_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> wholes_;
  std::unordered_map<std::uint32_t, std::uint32_t> classes_;
};

const Tables& tables() {
  static const Tables tables;
  return tables;
}

void put_in_order(std::vector<std::uint32_t>& codes) {
  const auto class_of = [](std::uint32_t code) { return tables().combining_class(code); };
  for (auto from = codes.begin(); from != codes.end();) {
    if (class_of(*from) == 0) {
      ++from;
      continue;
    }
    const auto to = std::find_if(from, codes.end(), [&](auto code) { return class_of(code) == 0; });
    std::stable_sort(from, to, [&](auto a, auto b) { return class_of(a) < class_of(b); });
    from = to;
  }
}

std::vector<std::uint32_t> composed(const std::vector<std::uint32_t>& codes) {
  std::vector<std::uint32_t> out;
  std::optional<std::size_t> starter;
  std::uint32_t last_class = 0;
  for (const std::uint32_t code : codes) {
    const std::uint32_t combining = tables().combining_class(code);
    const bool is_next = starter && out.size() == *starter + 1;
    const bool is_free = starter && (is_next || (last_class != 0 && last_class < combining));
    const auto whole = is_free ? tables().compose(out[*starter], code) : std::nullopt;
    if (whole) {
      out[*starter] = *whole;
      continue;
    }
    if (combining == 0) {
      starter = out.size();
    }
    last_class = combining;
    out.push_back(code);
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if ((code & kByte) != 0) {
    put(code & 0xFFU);
  } else if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

}  // namespace

std::string nfc(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; })) {
    return std::string(text);
  }
  std::vector<std::uint32_t> codes;
  while (!text.empty()) {
    const Utf8Char next = decode_utf8(text);
    if (next.valid) {
      tables().decompose(next.code, codes);
    } else {
      codes.push_back(kByte | next.code);
    }
    text.remove_prefix(next.length);
  }
  put_in_order(codes);
  std::string out;
  for (const std::uint32_t code : composed(codes)) {
    append_utf8(out, code);
  }
  return out;
}

}  // namespace mlops
