// What several threads sum up while they read is what one would have summed, and what rows give.
#include "diff/stream_merger.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "diff/class_totals.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

using Fields = std::vector<std::string>;

/// Rows of two tables: id, label, prediction, a probability of three classes, a slice.
struct Rows {
  Fields names{"id", "y", "pred", "pa", "pb", "pc", "country"};
  std::vector<Fields> before;
  std::vector<Fields> after;
};

/// Classes and values of slices come in another order in each part of the rows.
Rows make_rows(int size) {
  const Fields classes{"a", "b", "c"};
  const Fields countries{"DE", "ES", "", "FR"};
  std::mt19937 random(5);
  Rows rows;
  for (int id = 0; id < size; ++id) {
    const std::string id_text = std::to_string(id);
    const std::string label = id % 17 == 3 ? "" : classes[random() % 3];
    const std::string country = countries[random() % 4];
    for (std::vector<Fields>* const table : {&rows.before, &rows.after}) {
      const double pa = static_cast<double>(random() % 500) / 1000;
      const double pb = static_cast<double>(random() % 500) / 1000;
      table->push_back({id_text,
                        label,
                        classes[random() % 3],
                        fmt::format("{}", pa),
                        fmt::format("{}", pb),
                        fmt::format("{:.3f}", 1 - pa - pb),
                        country});
    }
  }
  return rows;
}

policy::PredictionSet set_of_rows() {
  policy::PredictionSet set;
  set.name = "classes";
  set.path = "classes.csv";
  set.task = policy::Task::classification;
  set.key = {"id"};
  set.label = "y";
  set.prediction = "pred";
  set.probabilities = {{"a", "pa"}, {"b", "pb"}, {"c", "pc"}};
  set.slices = {"country"};
  return set;
}

/// Sums of rows that are dealt out to several streams: row i goes to the stream `of_row[i]`.
class Dealer {
 public:
  explicit Dealer(const Rows& rows) : rows_(rows), set_(set_of_rows()) {
    const std::string header = join(rows.names, ",") + "\n";
    plan_ = plan_columns(
        engine_, set_, engine_.add("old.csv", header), engine_.add("new.csv", header), {});
  }

  Collected deal(const std::vector<std::size_t>& order, const std::vector<std::size_t>& of_row) {
    const std::size_t count = *std::max_element(of_row.begin(), of_row.end()) + 1;
    std::deque<ClassStream> streams;
    for (std::size_t i = 0; i < count; ++i) {
      streams.emplace_back(plan_, set_, listed_);
    }
    for (const std::size_t row : order) {
      streams[of_row[row]].matched(pick(plan_.request.keys, rows_.before[row]),
                                   wanted(rows_.before[row], old_fields_),
                                   wanted(rows_.after[row], new_fields_));
    }
    StreamMerger merger(plan_, set_, listed_);
    for (ClassStream& stream : streams) {
      merger.add(stream);
    }
    table::Alignment alignment;
    alignment.matched = order.size();
    std::optional<Collected> merged = merger.finish(alignment);
    REQUIRE(merged.has_value());
    return *std::move(merged);
  }

 private:
  table::FieldTexts pick(const std::vector<std::string>& names, const Fields& row) {
    key_.clear();
    append(names, row, key_);
    return key_;
  }
  table::FieldTexts wanted(const Fields& row, std::vector<std::string_view>& fields) {
    fields.clear();
    append(plan_.request.columns, row, fields);
    append(plan_.request.optional_columns, row, fields);
    return fields;
  }
  void append(const std::vector<std::string>& names,
              const Fields& row,
              std::vector<std::string_view>& fields) const {
    for (const std::string& name : names) {
      const auto at = std::find(rows_.names.begin(), rows_.names.end(), name);
      fields.emplace_back(row[static_cast<std::size_t>(at - rows_.names.begin())]);
    }
  }

  const Rows& rows_;
  policy::PredictionSet set_;
  FakeEngine engine_;
  ColumnPlan plan_;
  ListedRows listed_;
  std::vector<std::string_view> key_;
  std::vector<std::string_view> old_fields_;
  std::vector<std::string_view> new_fields_;
};

std::string text_of(std::uint32_t code, const std::vector<std::string>& texts) {
  return code == kNoCode ? "-" : texts.at(code);
}

void describe(const ClassSums& sums, const Samples& samples, std::vector<std::string>& lines) {
  sums.each([&](const Answers& answers, std::uint64_t count) {
    lines.push_back(fmt::format("{} {}->{}: {}",
                                text_of(answers.label, samples.classes),
                                text_of(answers.before, samples.classes),
                                text_of(answers.after, samples.classes),
                                count));
  });
  for (const Side side : {Side::old_version, Side::new_version}) {
    const ClassSums::OfVersion& version = sums.of(side);
    for (const ClassSums::Bin& bin : version.bins) {
      lines.push_back(fmt::format("{} {} {}", bin.count, bin.events, bin.confidence.value()));
    }
    lines.push_back(fmt::format("{}", version.squared_error.value()));
  }
}

/// All that was summed, as texts; parts by what they are of.
std::vector<std::string> describe(const Collected& collected) {
  const Samples& samples = collected.samples;
  const ClassTotals& totals = *samples.totals;
  std::vector<std::string> lines = samples.classes;
  std::map<std::string, std::vector<std::string>> parts;
  for (const ClassTotals::Part& part : totals.parts) {
    std::string name;
    for (std::size_t i = 0; i < part.values.size(); ++i) {
      name += samples.columns[i].name + "=" + samples.columns[i].values.at(part.values[i]) + " ";
    }
    describe(part.sums, samples, parts[name]);
  }
  for (const auto& [name, own] : parts) {
    lines.push_back(name);
    lines.insert(lines.end(), own.begin(), own.end());
  }
  describe(totals.labelled, samples, lines);
  describe(totals.unlabelled, samples, lines);
  for (const WorstRow& row : collected.worst) {
    lines.push_back(fmt::format("{} {} {}->{} {}",
                                row.key,
                                row.label,
                                row.old_prediction,
                                row.new_prediction,
                                row.loss_change));
  }
  return lines;
}

}  // namespace

TEST_CASE("sums of several threads are those of one, in any order of rows") {
  const Rows rows = make_rows(600);
  Dealer dealer(rows);
  std::vector<std::size_t> order(rows.before.size());
  std::iota(order.begin(), order.end(), 0U);
  const std::vector<std::size_t> alone(order.size(), 0);
  const Collected one = dealer.deal(order, alone);
  const std::vector<std::string> wanted = describe(one);
  CHECK(one.samples.totals->parts.size() == 4);
  CHECK(one.worst.size() == 20);

  // What the rows themselves say of one slice and one answer.
  std::uint64_t count = 0;
  for (std::size_t row = 0; row < order.size(); ++row) {
    count += rows.before[row][1] == "c" && rows.before[row][2] == "c" &&
                     rows.after[row][2] == "a" && rows.before[row][6] == "FR"
                 ? 1U
                 : 0U;
  }
  std::vector<std::string> slice;
  for (const ClassTotals::Part& part : one.samples.totals->parts) {
    if (one.samples.columns[0].values[part.values[0]] == "FR") {
      describe(part.sums, one.samples, slice);
    }
  }
  REQUIRE(count > 0);
  CHECK(std::find(slice.begin(), slice.end(), fmt::format("c c->a: {}", count)) != slice.end());

  std::mt19937 random(8);
  for (const std::size_t threads : {2U, 3U, 7U}) {
    std::vector<std::size_t> of_row(order.size());
    for (std::size_t& stream : of_row) {
      stream = random() % threads;
    }
    CHECK(describe(dealer.deal(order, of_row)) == wanted);
    std::shuffle(order.begin(), order.end(), random);
    CHECK(describe(dealer.deal(order, of_row)) == wanted);
  }
}

TEST_CASE("a thread that met nothing adds nothing") {
  const Rows rows = make_rows(40);
  Dealer dealer(rows);
  std::vector<std::size_t> order(rows.before.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::size_t> of_row(order.size(), 0);
  const std::vector<std::string> wanted = describe(dealer.deal(order, of_row));
  std::fill(of_row.begin(), of_row.end(), 2U);
  CHECK(describe(dealer.deal(order, of_row)) == wanted);
}

}  // namespace mlops::diff::test
