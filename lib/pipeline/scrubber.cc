#include "pipeline/scrubber.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace mlops::pipeline {

namespace {

constexpr std::string_view kMask = "***";
/// Of a longer value, the part of a line or an encoding that is looked for is at least this long.
constexpr std::size_t kLeastPart = 8;

std::string base64_of(std::string_view bytes, std::string_view alphabet) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::array<unsigned, 3> in{};
    for (std::size_t k = 0; k < in.size() && i + k < bytes.size(); ++k) {
      in[k] = static_cast<unsigned char>(bytes[i + k]);
    }
    text += alphabet[in[0] >> 2U];
    text += alphabet[(in[0] & 3U) << 4U | in[1] >> 4U];
    text += alphabet[(in[1] & 15U) << 2U | in[2] >> 6U];
    text += alphabet[in[2] & 63U];
  }
  return text;
}

/// The characters that depend on the value alone, when it starts at byte `shift` of a group of
/// three: its first and last ones mix with what stands beside it.
std::string base64_core(std::string_view value, std::size_t shift, std::string_view alphabet) {
  const auto text = base64_of(std::string(shift, '\0') + std::string(value), alphabet);
  const std::size_t bits = 8 * (shift + value.size());
  const std::size_t first = (8 * shift + 5) / 6;
  const std::size_t last = bits / 6;
  return last > first ? text.substr(first, last - first) : "";
}

std::string percent_encoded(std::string_view value, std::string_view digits) {
  constexpr std::string_view kPlain = "-_.~";
  std::string text;
  for (const char c : value) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kPlain.find(c) != std::string_view::npos;
    if (is_plain) {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return text;
}

/// As JSON, Python and many others write a text in quotes.
std::string backslashed(std::string_view value, std::string_view escaped) {
  std::string text;
  for (const char c : value) {
    if (escaped.find(c) != std::string_view::npos) {
      text += '\\';
    }
    text += c == '\n' ? "\\n" : c == '\t' ? "\\t" : std::string(1, c);
  }
  return text;
}

/// The value encoded by itself, cut into lines as base64(1) and openssl(1) cut them.
void add_lines_of_base64(std::string_view value,
                         std::string_view alphabet,
                         std::set<std::string>& all) {
  for (const bool has_newline : {false, true}) {
    const auto text = base64_core(std::string(value) + (has_newline ? "\n" : ""), 0, alphabet);
    for (const std::size_t columns : {64U, 76U}) {
      for (std::size_t at = 0; text.size() > columns && at < text.size(); at += columns) {
        if (auto line = text.substr(at, columns); line.size() >= kLeastPart) {
          all.insert(std::move(line));
        }
      }
    }
  }
}

void add_spellings(const std::string& value, std::set<std::string>& all) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const auto add = [&](std::string text, std::size_t least) {
    if (text.size() >= least) {
      all.insert(std::move(text));
    }
  };
  add(value, Scrubber::kLeastBytes);
  for (const auto* ending : {"+/", "-_"}) {
    for (const std::size_t shift : {0U, 1U, 2U}) {
      add(base64_core(value, shift, std::string(kLetters) + ending), Scrubber::kLeastBytes);
    }
  }
  add_lines_of_base64(value, std::string(kLetters) + "+/", all);
  for (const std::string_view escaped : {"\\\"", "\\\"/", "\\'"}) {
    add(backslashed(value, escaped), Scrubber::kLeastBytes);
  }
  add(percent_encoded(value, "0123456789ABCDEF"), Scrubber::kLeastBytes);
  add(percent_encoded(value, "0123456789abcdef"), Scrubber::kLeastBytes);
  if (value.find('\n') != std::string::npos) {
    for (const auto line : split(value, '\n')) {
      add(std::string(trim(line)), kLeastPart);
    }
  }
}

/// How many bytes at the end of `text` may be the beginning of a pattern.
std::size_t possible_start(std::string_view text, const std::vector<std::string>& patterns) {
  const std::size_t longest = patterns.empty() ? 0 : patterns.front().size() - 1;
  for (std::size_t size = std::min(longest, text.size()); size > 0; --size) {
    const auto end = text.substr(text.size() - size);
    if (std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
          return pattern.size() > size && std::string_view(pattern).starts_with(end);
        })) {
      return size;
    }
  }
  return 0;
}

}  // namespace

std::vector<std::string> spellings_of(const std::vector<std::string>& values) {
  std::set<std::string> all;
  for (const auto& value : values) {
    add_spellings(value, all);
  }
  std::vector<std::string> sorted(all.begin(), all.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.size() > b.size();
  });
  return sorted;
}

Scrubber::Scrubber(const std::vector<std::string>& values,
                   std::function<void(std::string_view)> on_text)
    : patterns_(spellings_of(values)), on_text_(std::move(on_text)) {}

void Scrubber::feed(std::string_view bytes) {
  if (patterns_.empty()) {
    on_text_(bytes);
    return;
  }
  held_ += bytes;
  emit(false);
}

void Scrubber::finish() {
  emit(true);
}

/// The longest pattern at the first place wins. A shorter one is only taken where a longer one can
/// no longer come: what is held back begins before it.
void Scrubber::emit(bool is_end) {
  const std::size_t kept = is_end ? 0 : possible_start(held_, patterns_);
  const std::size_t safe = held_.size() - kept;
  std::string out;
  std::size_t at = 0;
  while (at < safe) {
    const auto rest = std::string_view(held_).substr(at);
    const auto found = std::find_if(patterns_.begin(), patterns_.end(), [&](const auto& pattern) {
      return rest.starts_with(pattern);
    });
    if (found == patterns_.end()) {
      out += rest.front();
      ++at;
    } else {
      out += kMask;
      at += found->size();
    }
  }
  held_.erase(0, std::min(at, held_.size()));
  if (!out.empty()) {
    on_text_(out);
  }
}

std::string scrub(const std::vector<std::string>& values, std::string_view text) {
  std::string clean;
  Scrubber scrubber(values, [&](std::string_view bytes) { clean += bytes; });
  scrubber.feed(text);
  scrubber.finish();
  return clean;
}

}  // namespace mlops::pipeline
