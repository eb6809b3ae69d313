#include "check/profile.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "check/value_counts.h"

namespace mlops::check {
namespace {

bool are_single(const ValueCells& cells) {
  return std::all_of(cells.list().begin(), cells.list().end(), [](const ValueCell& cell) {
    return cell.is_single();
  });
}

bool is_infinite(const ValueCell& cell) {
  static const std::uint64_t kLowest = ordered_bits(-std::numeric_limits<double>::infinity());
  static const std::uint64_t kHighest = ordered_bits(std::numeric_limits<double>::infinity());
  return cell.is_single() && (cell.low == kLowest || cell.low == kHighest);
}

/// Infinities share their leading bits with what is no number: they stay as they are.
ValueCells coarser_numbers(const ValueCells& numbers, std::uint64_t most, unsigned least_bits) {
  std::vector<ValueCell> cells;
  CellBuilder builder(most, least_bits);
  std::vector<ValueCell> infinite;
  for (const ValueCell& cell : numbers.list()) {
    if (is_infinite(cell)) {
      infinite.push_back(cell);
    } else {
      builder.add(cell);
    }
  }
  for (const ValueCell& cell : infinite) {
    if (number_of(cell.low) < 0) {
      cells.push_back(cell);
    }
  }
  const std::vector<ValueCell> finite = builder.finish();
  cells.insert(cells.end(), finite.begin(), finite.end());
  for (const ValueCell& cell : infinite) {
    if (number_of(cell.low) > 0) {
      cells.push_back(cell);
    }
  }
  return ValueCells(std::move(cells));
}

/// Chan, Golub and LeVeque's update.
ProfilePair sum_of(const ProfilePair& a, const ProfilePair& b) {
  if (a.rows == 0 || b.rows == 0) {
    return a.rows == 0 ? b : a;
  }
  ProfilePair both = a;
  both.rows = a.rows + b.rows;
  const double n = static_cast<double>(a.rows);
  const double m = static_cast<double>(b.rows);
  const double x = b.mean_x - a.mean_x;
  const double y = b.mean_y - a.mean_y;
  const double weight = n * m / (n + m);
  both.mean_x += x * m / (n + m);
  both.mean_y += y * m / (n + m);
  both.xx += b.xx + x * x * weight;
  both.yy += b.yy + y * y * weight;
  both.xy += b.xy + x * y * weight;
  return both;
}

[[noreturn]] void refuse_sum(const Profile& a, const Profile& b, const std::string& what) {
  throw Error(
      ErrorKind::config,
      fmt::format(
          "the profiles {} and {} are of no one table: {}", quote(a.name), quote(b.name), what),
      "mlops check --write-profile takes over the key of the profile that is there, or of "
      "the check's baseline");
}

ProfileColumn sum_of(const ProfileColumn& a, const ProfileColumn& b) {
  ProfileColumn both = a;
  both.is_personal = a.is_personal || b.is_personal;
  both.nulls += b.nulls;
  both.nans += b.nans;
  both.numbers = ValueCells::sum(a.numbers, b.numbers);
  both.texts = ValueCells::sum(a.texts, b.texts);
  both.names.clear();
  std::set_union(a.names.begin(),
                 a.names.end(),
                 b.names.begin(),
                 b.names.end(),
                 std::back_inserter(both.names));
  both.bound();
  return both;
}

}  // namespace

bool ProfileColumn::is_exact() const {
  return are_single(numbers) && are_single(texts);
}

void ProfileColumn::bound() {
  const std::uint64_t values = numbers.rows() + texts.rows();
  const std::size_t distinct = numbers.size() + texts.size();
  if (is_personal || names.size() > kMostNames || texts.size() > kMostNames) {
    names.clear();
  }
  if (!is_personal && distinct <= kFewValues && values >= kOften * distinct && is_exact()) {
    return;
  }
  names.clear();
  std::uint64_t most = std::max(kOften, values / kParts);
  for (unsigned bits = kNumberBits;;) {
    numbers = coarser_numbers(numbers, most, bits);
    texts = texts.coarser(most, 0);
    if (numbers.size() + texts.size() <= kMostCells) {
      return;
    }
    // Of most columns the first try does; of values all over the range of doubles none would.
    constexpr std::uint64_t kOfAll = 64;
    if (most < values / kOfAll) {
      most += most / 4 + 1;
    } else if (bits > kLeastNumberBits) {
      --bits;
    } else if (most < values) {
      most = values;
    } else {
      return;
    }
  }
}

const ProfileColumn* Profile::find(const std::string& column) const {
  const auto found = std::find_if(
      columns.begin(), columns.end(), [&](const auto& one) { return one.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

const ProfilePair* Profile::find_pair(const std::string& a, const std::string& b) const {
  const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const ProfilePair& pair) {
    const std::string& first = columns[pair.first].name;
    const std::string& second = columns[pair.second].name;
    return (first == a && second == b) || (first == b && second == a);
  });
  return found == pairs.end() ? nullptr : &*found;
}

Profile sum(const Profile& a, const Profile& b) {
  if (a.key != b.key) {
    refuse_sum(a, b, "texts have other keys");
  }
  Profile both = a;
  both.files = a.files + b.files;
  both.rows = a.rows + b.rows;
  both.columns.clear();
  if (a.columns.size() != b.columns.size()) {
    refuse_sum(a, b, "they have not the same columns");
  }
  for (const ProfileColumn& column : a.columns) {
    const ProfileColumn* other = b.find(column.name);
    if (other == nullptr) {
      refuse_sum(a, b, fmt::format("only one has a column {}", quote(column.name)));
    }
    if (other->is_time != column.is_time) {
      refuse_sum(a, b, fmt::format("only one counts times of {}", quote(column.name)));
    }
    both.columns.push_back(sum_of(column, *other));
  }
  both.pairs.clear();
  for (const ProfilePair& pair : a.pairs) {
    const std::string& first = a.columns[pair.first].name;
    const std::string& second = a.columns[pair.second].name;
    const ProfilePair* other = b.find_pair(first, second);
    if (other == nullptr) {
      continue;
    }
    ProfilePair turned = *other;
    if (b.columns[other->first].name != first) {
      std::swap(turned.mean_x, turned.mean_y);
      std::swap(turned.xx, turned.yy);
    }
    both.pairs.push_back(sum_of(pair, turned));
  }
  return both;
}

}  // namespace mlops::check
