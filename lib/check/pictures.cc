#include "check/pictures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>

#include "check/personal_values.h"
#include "table/cell.h"

namespace mlops::check {
namespace {

using policy::ColumnType;
using Pair = PairedCounts::Pair;

constexpr double kTail = 0.01;  ///< of both sides, which stands in the outer bins

/// The ends of the axis: of few different values the first and the last, else what leaves out the
/// tails.
struct Axis {
  double low = 0;
  double high = 0;
  std::vector<double> values;  ///< where they are few
};

Axis find_axis(PairedCounts pairs, std::uint64_t all) {
  Axis axis;
  const auto low_rank = static_cast<std::uint64_t>(kTail * static_cast<double>(all));
  const std::uint64_t high_rank = all - 1 - low_rank;
  std::uint64_t below = 0;
  bool is_few = true;
  while (const auto pair = pairs.next()) {
    const double value = number_of(pair->value);
    const std::uint64_t upto = below + pair->base + pair->now;
    if (below <= low_rank && low_rank < upto) {
      axis.low = value;
    }
    if (below <= high_rank && high_rank < upto) {
      axis.high = value;
    }
    below = upto;
    if (is_few && axis.values.size() == PictureTaker::kBins) {
      is_few = false;
      axis.values.clear();
    }
    if (is_few) {
      axis.values.push_back(value);
    }
  }
  return axis;
}

}  // namespace

PictureTaker::PictureTaker(const policy::Check& check,
                           CheckedTable& table,
                           const std::optional<Baseline>& baseline,
                           SpillFile& file)
    : hasher_(baseline ? baseline->hasher() : RowHasher()),
      nothing_(std::make_unique<ValueCounts>(0, std::nullopt, hasher_, file)) {
  for (const std::string& name : table.columns()) {
    Column column;
    column.name = name;
    std::optional<ColumnType> type;
    for (const policy::ColumnRule& described : check.columns) {
      if (described.name == name) {
        column.described = &described;
        type = described.type;
      }
    }
    if (baseline && baseline->has(name)) {
      Baseline::Counts counts = baseline->count_both(name, type, table, hasher_, file);
      column.now = std::move(counts.now);
      column.base = counts.problem.empty() ? std::move(counts.base) : nullptr;
    } else {
      column.now = std::make_unique<ValueCounts>(
          table.want(name, ValueCounts::need_of(type)), type, hasher_, file);
      table.watch(*column.now);
    }
    columns_.push_back(std::move(column));
  }
}

void PictureTaker::draw_numbers(Column& column, ColumnPicture& picture) {
  ValueCounts& base = column.base ? *column.base : *nothing_;
  ValueCounts& now = *column.now;
  const auto pairs = [&] { return PairedCounts(base.read_numbers(), now.read_numbers()); };
  const Axis axis = find_axis(pairs(), base.numbers() + now.numbers());
  const bool is_few = !axis.values.empty();
  picture.low = is_few ? axis.values.front() : axis.low;
  picture.high = is_few ? axis.values.back() : axis.high;
  picture.bins.resize(is_few ? axis.values.size() : kBins);
  const double width = (axis.high - axis.low) / static_cast<double>(kBins);
  PairedCounts all = pairs();
  std::size_t place = 0;
  while (const auto pair = all.next()) {
    std::size_t bin = place++;
    if (!is_few) {
      const double at = (number_of(pair->value) - axis.low) / width;
      bin = at > 0 ? std::min(kBins - 1, static_cast<std::size_t>(std::min(at, 1e6))) : 0;
    }
    picture.bins[bin].base += pair->base;
    picture.bins[bin].now += pair->now;
  }
}

/// The most frequent ones, the rest in the last bin. Of texts only hashes are known: names are
/// those that the policy lists.
void PictureTaker::draw_values(Column& column, ColumnPicture& picture) {
  ValueCounts& base = column.base ? *column.base : *nothing_;
  ValueCounts& now = *column.now;
  std::map<std::uint64_t, std::string> names;
  if (column.described != nullptr) {
    for (const std::string& value : column.described->values) {
      const table::Cell cell = table::parse_cell(value);
      names[cell.kind == table::Cell::Kind::number ? ordered_bits(cell.number)
                                                   : hasher_.kept_hash(cell)] = value;
    }
  }
  const auto more = [](const Pair& a, const Pair& b) {
    return a.base + a.now != b.base + b.now ? a.base + a.now > b.base + b.now : a.base > b.base;
  };
  std::priority_queue<Pair, std::vector<Pair>, decltype(more)> top(more);
  stats::CellCounts rest;
  const auto offer = [&](PairedCounts pairs) {
    while (const auto pair = pairs.next()) {
      top.push(*pair);
      if (top.size() >= kBins) {
        rest.base += top.top().base;
        rest.now += top.top().now;
        top.pop();
      }
    }
  };
  offer(PairedCounts(base.read_numbers(), now.read_numbers()));
  offer(PairedCounts(base.read_texts(), now.read_texts()));
  std::vector<Pair> shown;
  for (; !top.empty(); top.pop()) {
    shown.push_back(top.top());
  }
  std::stable_sort(shown.begin(), shown.end(), [](const Pair& a, const Pair& b) {
    return a.base != b.base ? a.base > b.base : a.now > b.now;
  });
  for (const Pair& pair : shown) {
    picture.bins.push_back({pair.base, pair.now});
    const auto name = names.find(pair.value);
    picture.labels.push_back(name == names.end() ? std::string() : name->second);
  }
  if (rest.base + rest.now > 0) {
    picture.bins.push_back(rest);
    picture.has_rest = true;
  }
}

std::vector<ColumnPicture> PictureTaker::take(const CancelToken& cancel) {
  constexpr std::uint64_t kLeast = 5;  // a shape of fewer rows tells of single ones
  std::vector<ColumnPicture> pictures;
  for (Column& column : columns_) {
    cancel.check();
    ColumnPicture picture;
    picture.name = column.name;
    picture.rows.now = column.now->rows();
    picture.missing.now = column.now->nulls() + column.now->nans();
    picture.has_base = column.base != nullptr;
    if (column.base) {
      picture.rows.base = column.base->rows();
      picture.missing.base = column.base->nulls() + column.base->nans();
    }
    picture.is_personal = hinted_by(column.name).any();
    const std::uint64_t texts = column.now->texts() + (column.base ? column.base->texts() : 0);
    const std::uint64_t numbers =
        column.now->numbers() + (column.base ? column.base->numbers() : 0);
    if (texts + numbers >= kLeast && texts > 0) {
      picture.kind = ColumnPicture::Kind::values;
      draw_values(column, picture);
    } else if (numbers >= kLeast) {
      const auto type = column.described == nullptr ? std::nullopt : column.described->type;
      const bool is_time = type == ColumnType::date || type == ColumnType::timestamp;
      picture.kind = is_time ? ColumnPicture::Kind::times : ColumnPicture::Kind::numbers;
      draw_numbers(column, picture);
    }
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

}  // namespace mlops::check
