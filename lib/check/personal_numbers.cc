#include "check/personal_numbers.h"

#include <array>
#include <cstddef>
#include <string>

namespace mlops::check {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

int digit(char c) {
  return c - '0';
}

/// A word as its letters and digits, upper case; empty where it has other signs than single '-' and
/// ' ' between them, or is too long.
struct Compact {
  std::string text;
  std::size_t signs = 0;
  bool is_number = false;
};

Compact compact(std::string_view word) {
  constexpr std::size_t kLongest = 34;
  Compact result;
  result.is_number = true;
  bool may_sign = false;
  for (const char c : word) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (is_digit(upper) || is_upper(upper)) {
      result.is_number = result.is_number && is_digit(upper);
      result.text += upper;
      may_sign = true;
    } else if ((c == '-' || c == ' ') && may_sign) {
      ++result.signs;
      may_sign = false;
    } else {
      return {};
    }
  }
  return may_sign && result.text.size() <= kLongest ? result : Compact();
}

bool is_luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int value = digit(digits[digits.size() - 1 - i]);
    const int twice = 2 * value;
    sum += i % 2 == 0 ? value : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 == 0;
}

bool is_day(int month, int day) {
  constexpr int kLastDay = 31;
  return month >= 1 && month <= 12 && day >= 1 && day <= kLastDay;
}

int two_digits(std::string_view text, std::size_t at) {
  return digit(text[at]) * 10 + digit(text[at + 1]);
}

bool is_card(std::string_view digits) {
  constexpr std::size_t kShortest = 13;
  constexpr std::size_t kLongest = 19;
  return digits.size() >= kShortest && digits.size() <= kLongest && digits[0] >= '2' &&
         digits[0] <= '6' && is_luhn(digits);
}

/// ISO 13616: the first four to the end, letters as 10 to 35, modulo 97.
bool is_iban(std::string_view text) {
  constexpr std::size_t kShortest = 15;
  if (text.size() < kShortest || !is_upper(text[0]) || !is_upper(text[1]) || !is_digit(text[2]) ||
      !is_digit(text[3])) {
    return false;
  }
  int rest = 0;
  const auto add = [&](char c) {
    const int value = is_digit(c) ? digit(c) : c - 'A' + 10;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  };
  for (const char c : text.substr(4)) {
    add(c);
  }
  for (const char c : text.substr(0, 4)) {
    add(c);
  }
  return rest == 1;
}

/// Eight digits and a letter; foreigners have X, Y or Z for the first digit.
bool is_es_nif(std::string_view text) {
  constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  constexpr std::size_t kLength = 9;
  if (text.size() != kLength || !is_upper(text.back())) {
    return false;
  }
  int number = 0;
  for (std::size_t i = 0; i + 1 < kLength; ++i) {
    const bool is_foreign = i == 0 && text[0] >= 'X' && text[0] <= 'Z';
    if (!is_foreign && !is_digit(text[i])) {
      return false;
    }
    number = number * 10 + (is_foreign ? text[0] - 'X' : digit(text[i]));
  }
  return kLetters[static_cast<std::size_t>(number % 23)] == text.back();
}

bool is_pl_pesel(std::string_view digits) {
  constexpr std::array kWeights{1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
  if (digits.size() != kWeights.size() + 1 ||
      !is_day(two_digits(digits, 2) % 20, two_digits(digits, 4))) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    sum += kWeights[i] * digit(digits[i]);
  }
  return (10 - sum % 10) % 10 == digit(digits.back());
}

/// ddmmyy, a sign for the century, three digits and a check sign.
bool is_fi_hetu(std::string_view word) {
  constexpr std::string_view kCenturies = "+-YXWVUABCDEF";
  constexpr std::string_view kChecks = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  constexpr std::size_t kLength = 11;
  constexpr std::size_t kSign = 6;
  if (word.size() != kLength || kCenturies.find(word[kSign]) == std::string_view::npos) {
    return false;
  }
  int number = 0;
  for (std::size_t i = 0; i + 1 < kLength; ++i) {
    if (i == kSign) {
      continue;
    }
    if (!is_digit(word[i])) {
      return false;
    }
    number = number * 10 + digit(word[i]);
  }
  return is_day(two_digits(word, 2), two_digits(word, 0)) &&
         kChecks[static_cast<std::size_t>(number % 31)] == word.back();
}

/// What a sign counts at an odd place, from 1, of an Italian tax code.
int odd_value(char c) {
  constexpr std::array kOdd{1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                            20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  const int place = is_digit(c) ? digit(c) : c - 'A';
  return kOdd[static_cast<std::size_t>(place)];
}

bool is_it_cf(std::string_view text) {
  constexpr std::string_view kForm = "LLLLLLNNLNNLNNNL";
  constexpr std::string_view kDoubles = "LMNPQRSTUV";  // stand for digits where two codes are equal
  if (text.size() != kForm.size()) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char c = text[i];
    const bool fits =
        kForm[i] == 'L' ? is_upper(c) : is_digit(c) || kDoubles.find(c) != std::string_view::npos;
    if (!fits) {
      return false;
    }
    if (i + 1 < kForm.size()) {
      sum += i % 2 == 0 ? odd_value(c) : is_digit(c) ? digit(c) : c - 'A';
    }
  }
  return sum % 26 == text.back() - 'A';
}

bool is_uk_nhs(std::string_view digits) {
  constexpr std::size_t kLength = 10;
  if (digits.size() != kLength) {
    return false;
  }
  int sum = 0;
  for (std::size_t i = 0; i + 1 < kLength; ++i) {
    sum += static_cast<int>(kLength - i) * digit(digits[i]);
  }
  const int check = (11 - sum % 11) % 11;
  return check == digit(digits.back()) && digits.find_first_not_of('0') != std::string_view::npos;
}

/// Of the first ten digits one stands two or three times; ISO 7064 modulo 11, 10.
bool is_de_steuer_id(std::string_view digits) {
  constexpr std::size_t kLength = 11;
  if (digits.size() != kLength || digits[0] == '0') {
    return false;
  }
  std::array<int, 10> times{};
  int product = 10;
  for (std::size_t i = 0; i + 1 < kLength; ++i) {
    ++times[static_cast<std::size_t>(digit(digits[i]))];
    const int sum = (digit(digits[i]) + product) % 10;
    product = 2 * (sum == 0 ? 10 : sum) % 11;
  }
  int repeated = 0;
  for (const int count : times) {
    if (count > 3) {
      return false;
    }
    repeated += count > 1 ? 1 : 0;
  }
  return repeated == 1 && (11 - product) % 10 == digit(digits.back());
}

bool is_se_personnummer(std::string_view digits) {
  constexpr std::size_t kShort = 10;
  if (digits.size() == kShort + 2) {
    digits.remove_prefix(2);  // the century is no part of the checksum
  }
  constexpr int kCoordination = 60;  // added to the day of those who are not registered
  const int day = digits.size() == kShort ? two_digits(digits, 4) : 0;
  return digits.size() == kShort &&
         is_day(two_digits(digits, 2), day > kCoordination ? day - kCoordination : day) &&
         is_luhn(digits);
}

bool is_tr_tckn(std::string_view digits) {
  constexpr std::size_t kLength = 11;
  if (digits.size() != kLength || digits[0] == '0') {
    return false;
  }
  int odd = 0;
  int even = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    (i % 2 == 0 ? odd : even) += digit(digits[i]);
  }
  const int tenth = ((7 * odd - even) % 10 + 10) % 10;
  return tenth == digit(digits[9]) && (odd + even + tenth) % 10 == digit(digits[10]);
}

}  // namespace

PiiKinds find_numbers(std::string_view word) {
  PiiKinds found;
  const auto set = [&](PiiKind kind, bool holds) {
    found.set(static_cast<std::size_t>(kind), found.test(static_cast<std::size_t>(kind)) || holds);
  };
  set(PiiKind::fi_hetu, is_fi_hetu(word));
  const Compact compacted = compact(word);
  const std::string& text = compacted.text;
  if (text.empty()) {
    return found;
  }
  if (!compacted.is_number) {
    set(PiiKind::iban, is_iban(text));
    set(PiiKind::es_nif, compacted.signs < 2 && is_es_nif(text));
    set(PiiKind::it_cf, compacted.signs == 0 && is_it_cf(text));
    return found;
  }
  set(PiiKind::card, is_card(text));
  set(PiiKind::uk_nhs, compacted.signs <= 2 && is_uk_nhs(text));
  set(PiiKind::se_personnummer, compacted.signs <= 1 && is_se_personnummer(text));
  if (compacted.signs == 0) {
    set(PiiKind::pl_pesel, is_pl_pesel(text));
    set(PiiKind::de_steuer_id, is_de_steuer_id(text));
    set(PiiKind::tr_tckn, is_tr_tckn(text));
  }
  return found;
}

}  // namespace mlops::check
