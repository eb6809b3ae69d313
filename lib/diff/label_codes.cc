#include "diff/label_codes.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"

namespace mlops::diff {
namespace {

std::optional<double> as_number(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::uint32_t LabelCodes::code(const table::Cell& cell) {
  if (cell.kind == table::Cell::Kind::null) {
    return kNoCode;
  }
  const std::string_view text = cell.text;
  const auto place = static_cast<std::size_t>(static_cast<unsigned char>(text.front()) * 7U +
                                              static_cast<unsigned char>(text.back()) * 3U) +
                     text.size();
  Spelled& spelled = lately_[place % lately_.size()];
  if (spelled.text != text) {
    spelled.code = code(table::canonical_label(cell));
    spelled.text = text;
  }
  return spelled.code;
}

std::uint32_t LabelCodes::code(const std::string& text) {
  const auto [it, added] = codes_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
  if (added) {
    if (texts_.size() >= limit_) {
      throw Error(ErrorKind::config,
                  fmt::format("{} has more than {} different values", what_, limit_),
                  "numbers are compared with task = \"regression\"");
    }
    texts_.push_back(text);
  }
  return it->second;
}

std::vector<std::uint32_t> LabelCodes::sort() {
  std::vector<std::uint32_t> order(texts_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return label_less(texts_[a], texts_[b]);
  });
  std::vector<std::uint32_t> new_code(texts_.size());
  std::vector<std::string> sorted(texts_.size());
  for (std::uint32_t at = 0; at < order.size(); ++at) {
    new_code[order[at]] = at;
    sorted[at] = texts_[order[at]];
  }
  texts_ = std::move(sorted);
  for (auto& [text, code] : codes_) {
    code = new_code[code];
  }
  lately_ = {};
  return new_code;
}

std::string canonical_name(const std::string& name) {
  const auto number = as_number(name);
  table::Cell cell;
  cell.kind = number ? table::Cell::Kind::number : table::Cell::Kind::text;
  cell.number = number.value_or(0);
  cell.text = name;
  return name.empty() ? name : table::canonical_label(cell);
}

bool label_less(const std::string& a, const std::string& b) {
  const auto number_a = as_number(a);
  const auto number_b = as_number(b);
  if (number_a && number_b && *number_a != *number_b) {
    return *number_a < *number_b;
  }
  if (number_a.has_value() != number_b.has_value()) {
    return number_a.has_value();
  }
  return a < b;
}

}  // namespace mlops::diff
