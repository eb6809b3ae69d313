#include "check/profile_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/hex.h"
#include "base/text.h"
#include "check/row_hash.h"
#include "check/value_counts.h"
#include "codec/bytes.h"
#include "codec/sha256.h"

namespace mlops::check {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::string_view kHead = "{\"format\":\"mlops-profile\",\"version\":";
constexpr std::string_view kSeal = "\"sha256\":\"";
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kSealBytes = kSeal.size() + kDigestDigits + 3;  // "}\n behind it
constexpr unsigned kBitsADigit = 4;
constexpr std::uint64_t kMaxCount = std::uint64_t{1} << 53U;

std::string digest_of(std::string_view text) {
  return to_hex(codec::sha256(codec::as_bytes(text)));
}

std::string json_text(const std::string& text) {
  return json(text).dump();
}

std::string cells_text(const ValueCells& cells) {
  std::string text;
  for (const ValueCell& cell : cells.list()) {
    const unsigned digits = (cell.bits + kBitsADigit - 1) / kBitsADigit;
    text += text.empty() ? "" : " ";
    text += fmt::format("{:016x}", cell.low).substr(0, digits);
    if (cell.bits != digits * kBitsADigit || digits == 0) {
      text += fmt::format("/{}", cell.bits);
    }
    text += fmt::format(":{}", cell.count);
  }
  return text;
}

std::string column_text(const ProfileColumn& column) {
  return fmt::format(
      "{{\"name\":{},\"times\":{},\"personal\":{},\"nulls\":{},\"nans\":{},\"numbers\":\"{}\","
      "\"texts\":\"{}\",\"names\":{}}}",
      json_text(column.name),
      column.is_time,
      column.is_personal,
      column.nulls,
      column.nans,
      cells_text(column.numbers),
      cells_text(column.texts),
      json(column.names).dump());
}

std::string pair_text(const ProfilePair& pair) {
  return fmt::format("[{},{},{},{},{},{},{},{}]",
                     pair.first,
                     pair.second,
                     pair.rows,
                     pair.mean_x,
                     pair.mean_y,
                     pair.xx,
                     pair.yy,
                     pair.xy);
}

/// Reads what format_profile wrote; what it took for granted is seen when it is written again.
class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Profile read() {
    check_frame();
    bool is_too_deep = false;
    const auto bound = [&](int depth, json::parse_event_t /*event*/, json& /*value*/) {
      constexpr int kMaxDepth = 4;
      is_too_deep = is_too_deep || depth > kMaxDepth;
      return !is_too_deep;
    };
    const json object = json::parse(text_.begin(), text_.end(), bound, false);
    if (is_too_deep || !object.is_object()) {
      fail("it is no JSON object");
    }
    Profile profile;
    profile.name = name_;
    read_key(profile, get(object, "key", json::value_t::string).get<std::string>());
    RowHasher hasher(profile.key);
    profile.files = static_cast<std::size_t>(count(object, "files"));
    profile.rows = count(object, "rows");
    for (const json& column : get(object, "columns", json::value_t::array)) {
      profile.columns.push_back(read_column(column));
      check_names(profile.columns.back(), hasher);
      if (profile.columns.back().rows() != profile.rows) {
        fail(fmt::format("the counts of column {} are not those of its rows",
                         quote(profile.columns.back().name)));
      }
    }
    for (const json& pair : get(object, "pairs", json::value_t::array)) {
      profile.pairs.push_back(read_pair(pair, profile.columns.size()));
    }
    check_order(profile);
    if (format_profile(profile) != text_) {
      fail("it is not written as this version writes it");
    }
    return profile;
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorKind::config,
                fmt::format("{} is no profile: {}", quote(name_), problem),
                "write it anew: mlops check --write-profile FILE CHECK");
  }

  /// Whose it is, which version, and that nobody changed it.
  void check_frame() const {
    if (text_.size() > kMaxProfileBytes) {
      fail("it is too large");
    }
    if (!text_.starts_with(kHead)) {
      fail("it does not begin with \"format\":\"mlops-profile\"");
    }
    const std::string_view version = text_.substr(kHead.size());
    if (!version.starts_with(fmt::format("{},", kVersion))) {
      throw Error(ErrorKind::config,
                  fmt::format("profile {} has another version than {}", quote(name_), kVersion),
                  "use the version that wrote it, or write it anew");
    }
    if (text_.size() < kSealBytes + kHead.size()) {
      fail("it is cut");
    }
    const std::string_view tail = text_.substr(text_.size() - kSealBytes);
    const std::string_view body = text_.substr(0, text_.size() - kSealBytes);
    if (!tail.starts_with(kSeal) || tail.substr(kSeal.size(), kDigestDigits) != digest_of(body)) {
      fail("it was changed or cut: its digest is another one");
    }
  }

  const json& get(const json& object, const char* key, json::value_t type) const {
    const auto found = object.find(key);
    if (found == object.end() || found->type() != type) {
      fail(fmt::format("'{}' is missing or of another type", key));
    }
    return *found;
  }

  std::uint64_t bounded(const json& value) const {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMaxCount) {
      fail("a count is none");
    }
    return value.get<std::uint64_t>();
  }
  std::uint64_t count(const json& object, const char* key) const {
    return bounded(get(object, key, json::value_t::number_unsigned));
  }

  void read_key(Profile& profile, const std::string& hex) const {
    std::array<std::uint8_t, 2 * sizeof(std::uint64_t)> bytes{};
    if (!from_hex(hex, bytes)) {
      fail("'key' is no key");
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::uint64_t& half = profile.key[i / sizeof(std::uint64_t)];
      half = (half << 8U) | bytes[i];
    }
  }

  /// "3ff2/14:33".
  ValueCell read_cell(std::string_view token) const {
    constexpr int kHex = 16;
    const std::size_t colon = token.find(':');
    const std::size_t slash = std::min(token.find('/'), colon);
    if (colon == std::string_view::npos) {
      fail("a cell has no count");
    }
    const std::string_view digits = token.substr(0, slash);
    ValueCell cell;
    cell.bits = static_cast<unsigned>(digits.size() * kBitsADigit);
    if (slash < colon) {
      const auto bits = parse(token.substr(slash + 1, colon - slash - 1), 10);
      cell.bits = static_cast<unsigned>(std::min<std::uint64_t>(bits, ValueCell::kBits + 1));
    }
    if (digits.size() > kDigestDigits / kBitsADigit || cell.bits > ValueCell::kBits) {
      fail("a cell has too many bits");
    }
    const auto unused = static_cast<unsigned>(ValueCell::kBits - digits.size() * kBitsADigit);
    cell.low = digits.empty() ? 0 : parse(digits, kHex) << unused;
    cell.count = parse(token.substr(colon + 1), 10);
    if (cell.low != leading_bits(cell.low, cell.bits) || cell.count == 0 ||
        cell.count > kMaxCount) {
      fail("a cell is none");
    }
    return cell;
  }

  std::uint64_t parse(std::string_view digits, int base) const {
    std::uint64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
      fail("a number of a cell is none");
    }
    return value;
  }

  ValueCells read_cells(const std::string& text) const {
    constexpr std::size_t kMost = 8192;
    std::vector<ValueCell> cells;
    std::uint64_t rows = 0;
    for (const std::string_view token : split(text, ' ')) {
      if (text.empty()) {
        break;
      }
      const ValueCell cell = read_cell(token);
      rows += cell.count;
      if (cells.size() == kMost || rows > kMaxCount) {
        fail("a column has too many cells or rows");
      }
      if (!cells.empty() && cell.low <= cells.back().high()) {
        fail("cells are out of order");
      }
      cells.push_back(cell);
    }
    return ValueCells(std::move(cells));
  }

  /// A cell of numbers holds nothing else: no NaN, and infinities alone.
  void check_numbers(const ValueCells& numbers) const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (const ValueCell& cell : numbers.list()) {
      const bool is_infinite = cell.is_single() && (cell.low == ordered_bits(kInfinity) ||
                                                    cell.low == ordered_bits(-kInfinity));
      const bool is_finite = cell.bits >= ProfileColumn::kLeastNumberBits &&
                             std::isfinite(number_of(cell.low)) &&
                             std::isfinite(number_of(cell.high()));
      if (!is_infinite && !is_finite) {
        fail("a cell of numbers holds what is none");
      }
    }
  }

  ProfileColumn read_column(const json& object) const {
    if (!object.is_object()) {
      fail("a column is no object");
    }
    ProfileColumn column;
    column.name = get(object, "name", json::value_t::string).get<std::string>();
    column.is_time = get(object, "times", json::value_t::boolean).get<bool>();
    column.is_personal = get(object, "personal", json::value_t::boolean).get<bool>();
    column.nulls = count(object, "nulls");
    column.nans = count(object, "nans");
    column.numbers = read_cells(get(object, "numbers", json::value_t::string).get<std::string>());
    column.texts = read_cells(get(object, "texts", json::value_t::string).get<std::string>());
    check_numbers(column.numbers);
    for (const json& name : get(object, "names", json::value_t::array)) {
      if (!name.is_string() || column.names.size() == ProfileColumn::kMostNames) {
        fail("'names' holds what is no name, or too many");
      }
      column.names.push_back(name.get<std::string>());
    }
    return column;
  }

  ProfilePair read_pair(const json& list, std::size_t columns) const {
    constexpr std::size_t kFields = 8;
    if (!list.is_array() || list.size() != kFields) {
      fail("a pair has not eight fields");
    }
    ProfilePair pair;
    pair.first = static_cast<std::size_t>(bounded(list[0]));
    pair.second = static_cast<std::size_t>(bounded(list[1]));
    pair.rows = bounded(list[2]);
    std::size_t at = 3;
    for (double* const field : {&pair.mean_x, &pair.mean_y, &pair.xx, &pair.yy, &pair.xy}) {
      const json& value = list[at++];
      if (!value.is_number() || !std::isfinite(value.get<double>())) {
        fail("a field of a pair is no finite number");
      }
      *field = value.get<double>();
    }
    if (pair.first >= pair.second || pair.second >= columns) {
      fail("a pair is of columns that are not there");
    }
    return pair;
  }

  /// Each name once, and its text among the cells.
  void check_names(const ProfileColumn& column, RowHasher& hasher) const {
    const bool are_sorted =
        std::adjacent_find(column.names.begin(), column.names.end(), std::greater_equal<>()) ==
        column.names.end();
    const bool are_known =
        std::all_of(column.names.begin(), column.names.end(), [&](const std::string& name) {
          const ValueCell* const cell =
              column.texts.find(hasher.kept_hash({table::Cell::Kind::text, 0, name}));
          return name.size() <= ProfileColumn::kLongestName && cell != nullptr && cell->is_single();
        });
    if (!are_sorted || !are_known) {
      fail(fmt::format("the names of column {} are not those of its texts", quote(column.name)));
    }
  }

  /// Each column and pair once.
  void check_order(const Profile& profile) const {
    std::vector<std::string> names;
    names.reserve(profile.columns.size());
    for (const ProfileColumn& column : profile.columns) {
      names.push_back(column.name);
    }
    std::sort(names.begin(), names.end());
    const auto place = [](const ProfilePair& pair) { return std::pair(pair.first, pair.second); };
    const bool is_twice =
        std::adjacent_find(names.begin(), names.end()) != names.end() ||
        std::adjacent_find(
            profile.pairs.begin(), profile.pairs.end(), [&](const auto& a, const auto& b) {
              return place(a) >= place(b);
            }) != profile.pairs.end();
    if (is_twice) {
      fail("a column or pair stands twice or out of order");
    }
  }

  std::string_view text_;
  const std::string& name_;
};

}  // namespace

std::string format_profile(const Profile& profile) {
  std::string text =
      fmt::format("{}{},\"key\":\"{:016x}{:016x}\",\"files\":{},\"rows\":{},\"columns\":[",
                  kHead,
                  kVersion,
                  profile.key[0],
                  profile.key[1],
                  profile.files,
                  profile.rows);
  for (const ProfileColumn& column : profile.columns) {
    text += (&column == &profile.columns.front() ? "\n" : ",\n") + column_text(column);
  }
  text += "\n],\"pairs\":[";
  for (const ProfilePair& pair : profile.pairs) {
    text += (&pair == &profile.pairs.front() ? "\n" : ",\n") + pair_text(pair);
  }
  text += "\n],\n";
  return text + fmt::format("{}{}\"}}\n", kSeal, digest_of(text));
}

Profile parse_profile(std::string_view text, const std::string& name) {
  return Reader(text, name).read();
}

}  // namespace mlops::check
