#include "check/personal_values.h"

#include <algorithm>
#include <optional>

#include "check/personal_numbers.h"

namespace mlops::check {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The domain of an address: names between dots, the last one of letters.
bool is_domain(std::string_view domain) {
  constexpr std::size_t kLongest = 253;
  if (domain.size() > kLongest) {
    return false;
  }
  std::size_t names = 0;
  while (true) {
    const std::size_t dot = domain.find('.');
    const std::string_view name = domain.substr(0, dot);
    const bool is_name = !name.empty() && name.front() != '-' && name.back() != '-' &&
                         std::all_of(name.begin(), name.end(), [](char c) {
                           return is_letter(c) || is_digit(c) || c == '-';
                         });
    if (!is_name) {
      return false;
    }
    ++names;
    if (dot == std::string_view::npos) {
      return names > 1 && name.size() > 1 && std::all_of(name.begin(), name.end(), is_letter);
    }
    domain.remove_prefix(dot + 1);
  }
}

bool is_email(std::string_view text) {
  constexpr std::size_t kLongestLocal = 64;
  constexpr std::string_view kSigns = ".!#$%&'*+/=?^_`{|}~-";
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > kLongestLocal) {
    return false;
  }
  const std::string_view local = text.substr(0, at);
  const bool is_local = local.front() != '.' && local.back() != '.' &&
                        local.find("..") == std::string_view::npos &&
                        std::all_of(local.begin(), local.end(), [&](char c) {
                          return is_letter(c) || is_digit(c) || kSigns.find(c) != kSigns.npos;
                        });
  return is_local && is_domain(text.substr(at + 1));
}

bool is_ipv4(std::string_view text) {
  constexpr std::size_t kParts = 4;
  constexpr unsigned kMost = 255;
  std::size_t parts = 0;
  std::size_t at = 0;
  while (true) {
    const std::size_t begin = at;
    unsigned value = 0;
    while (at < text.size() && is_digit(text[at]) && at - begin < 3) {
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    }
    const bool is_part = at > begin && value <= kMost && (at - begin == 1 || text[begin] != '0');
    if (!is_part || ++parts > kParts) {
      return false;
    }
    if (at == text.size()) {
      return parts == kParts;
    }
    if (text[at++] != '.') {
      return false;
    }
  }
}

/// How many groups of one to four hex digits stand between colons; nothing for other text.
std::optional<std::size_t> count_groups(std::string_view text) {
  std::size_t groups = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const bool is_last = colon == std::string_view::npos;
    if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex) ||
        (!is_last && colon + 1 == text.size())) {
      return std::nullopt;
    }
    ++groups;
    text = is_last ? std::string_view() : text.substr(colon + 1);
  }
  return groups;
}

bool is_ipv6(std::string_view text) {
  constexpr std::size_t kGroups = 8;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    return count_groups(text) == kGroups;
  }
  const auto before = count_groups(text.substr(0, gap));
  const auto after = count_groups(text.substr(gap + 2));
  const std::size_t groups = before.value_or(kGroups) + after.value_or(kGroups);
  return groups > 0 && groups < kGroups;
}

bool is_mac(std::string_view text) {
  constexpr std::size_t kLength = 17;
  if (text.size() != kLength || (text[2] != ':' && text[2] != '-')) {
    return false;
  }
  for (std::size_t i = 0; i < kLength; ++i) {
    if (i % 3 == 2 ? text[i] != text[2] : !is_hex(text[i])) {
      return false;
    }
  }
  return true;
}

/// "+49 30 1234567"; with a hint "030/1234567", too.
bool is_phone(std::string_view text, bool is_hinted) {
  constexpr std::size_t kLeast = 8;
  constexpr std::size_t kMost = 15;
  constexpr std::string_view kSigns = " -/().";
  const bool is_international = text.starts_with('+');
  if (!is_international && !is_hinted) {
    return false;
  }
  std::size_t digits = 0;
  for (const char c : text.substr(is_international ? 1 : 0)) {
    if (is_digit(c)) {
      if (is_international && digits == 0 && c == '0') {
        return false;
      }
      ++digits;
    } else if (kSigns.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return digits >= kLeast - (is_international ? 0U : 1U) && digits <= kMost;
}

void find_in_word(std::string_view word, const PiiKinds& hinted, PiiKinds& found) {
  constexpr std::size_t kShortest = 7;
  if (word.size() < 3) {
    return;
  }
  const auto set = [&](PiiKind kind) { found.set(static_cast<std::size_t>(kind)); };
  if (is_email(word)) {
    set(PiiKind::email);
  }
  if (word.find('.') != std::string_view::npos ? is_ipv4(word) : is_ipv6(word)) {
    set(PiiKind::ip);
  }
  if (is_mac(word)) {
    set(PiiKind::mac);
  }
  if (is_phone(word, hinted.test(static_cast<std::size_t>(PiiKind::phone)))) {
    set(PiiKind::phone);
  }
  if (word.size() >= kShortest) {
    found |= find_numbers(word);
  }
}

std::string_view trimmed(std::string_view text, std::string_view signs) {
  const std::size_t first = text.find_first_not_of(signs);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(signs) - first + 1);
}

}  // namespace

PiiKinds find_personal(std::string_view value, const PiiKinds& hinted) {
  constexpr std::string_view kBetween = " \t\r\n,;<>\"|()[]{}";
  constexpr std::string_view kAround = ".:'!?";
  constexpr std::size_t kLongestNumber = 64;  // with signs between its digits
  PiiKinds found;
  const std::string_view whole = trimmed(value, " \t\r\n");
  if (whole.size() <= kLongestNumber) {
    find_in_word(whole, hinted, found);
  }
  if (whole.find_first_of(kBetween) == std::string_view::npos) {
    if (whole.size() > kLongestNumber) {
      find_in_word(whole, hinted, found);
    }
    return found;
  }
  for (std::size_t at = 0; at < whole.size();) {
    const std::size_t end = std::min(whole.find_first_of(kBetween, at), whole.size());
    find_in_word(trimmed(whole.substr(at, end - at), kAround), {}, found);
    at = end + 1;
  }
  return found;
}

double usual_share(PiiKind kind) {
  constexpr double kUsual = 0.01;
  constexpr double kOftenChance = 0.5;
  switch (kind) {
    case PiiKind::card:
    case PiiKind::pl_pesel:
    case PiiKind::uk_nhs:
    case PiiKind::de_steuer_id:
    case PiiKind::se_personnummer:
    case PiiKind::tr_tckn:
      return kOftenChance;
    default:
      return kUsual;
  }
}

}  // namespace mlops::check
