// The property tests of definition B16b over generated tables of every task.
#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {
namespace {

using policy::Task;
using Row = std::vector<std::string>;

/// A table whose columns can be written in any order.
struct Table {
  Row names;
  std::vector<Row> rows;

  std::string text(const std::vector<std::size_t>& columns) const {
    const auto line = [&](const Row& cells) {
      std::string text;
      for (const std::size_t column : columns) {
        text += (text.empty() ? "" : ",") + cells[column];
      }
      return text + "\n";
    };
    std::string all = line(names);
    for (const Row& row : rows) {
      all += line(row);
    }
    return all;
  }
  std::string text() const {
    std::vector<std::size_t> columns(names.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i] = i;
    }
    return text(columns);
  }
};

struct Pair {
  policy::PredictionSet set;
  Table before;
  Table after;
};

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  Pair make(Task task) {
    Pair pair;
    pair.set.name = "generated";
    pair.set.path = "out/generated.csv";
    pair.set.task = task;
    pair.set.prediction = "a";
    pair.set.slices = {"g", "g*h"};
    pair.set.key = {"id"};
    if (task == Task::ranking) {
      pair.set.key = {"id", "item"};
    }
    if (task != Task::embedding && task != Task::tensor) {
      pair.set.label = "y";
    }
    Row names{"id", "item", "y", "g", "h"};
    const bool is_vector = task == Task::embedding || task == Task::tensor;
    for (std::size_t i = 0; i < (is_vector ? 3U : 1U); ++i) {
      names.push_back(is_vector ? "a_" + std::to_string(i) : "a");
    }
    pair.before.names = pair.after.names = names;
    const std::size_t units = 40 + below(60);
    for (std::size_t unit = 0; unit < units; ++unit) {
      const std::string g = std::string(1, static_cast<char>('p' + below(3)));
      const std::string h = std::to_string(below(2));
      const std::size_t items = task == Task::ranking ? 2 + below(6) : 1;
      for (std::size_t item = 0; item < items; ++item) {
        const Row head{std::to_string(unit), std::to_string(item), label(task), g, h};
        Row o = head;
        Row n = head;
        for (std::size_t i = head.size(); i < names.size(); ++i) {
          o.push_back(answer(task));
          n.push_back(below(3) == 0 ? answer(task) : o.back());
        }
        pair.before.rows.push_back(std::move(o));
        pair.after.rows.push_back(std::move(n));
      }
    }
    return pair;
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::mt19937& random() { return random_; }

 private:
  std::string label(Task task) {
    return task == Task::text ? answer(task) : std::to_string(below(3));
  }
  std::string answer(Task task) {
    switch (task) {
      case Task::classification:
        return std::to_string(below(3));
      case Task::text:
        return std::string("the cat ") + std::string(1, static_cast<char>('a' + below(5))) + " sat";
      default:
        break;
    }
    return std::to_string(below(4)) + "." + std::to_string(below(1000));
  }

  std::mt19937 random_;
};

const std::vector<Task> kTasks{Task::classification,
                               Task::regression,
                               Task::ranking,
                               Task::text,
                               Task::embedding,
                               Task::tensor};

void check_same_metrics(const std::vector<Metric>& a, const std::vector<Metric>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO(a[i].name);
    // Exactly: not a digit may differ.
    CHECK(a[i].old_value == b[i].old_value);
    CHECK(a[i].new_value == b[i].new_value);
    CHECK(a[i].ci == b[i].ci);
    CHECK(a[i].n == b[i].n);
  }
}

void add(Counts& total, const Counts& part) {
  total.matched += part.matched;
  total.changed += part.changed;
  total.negative_flips += part.negative_flips;
  total.positive_flips += part.positive_flips;
  total.both_wrong += part.both_wrong;
  total.worsened += part.worsened;
  total.improved += part.improved;
}

template <typename Check>
void for_generated(Check check) {
  for (const Task task : kTasks) {
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
      INFO("task " << policy::to_string(task) << ", seed " << seed);
      Generator generator(seed);
      check(generator.make(task), generator);
    }
  }
}

}  // namespace

TEST_CASE("generated: a table against itself is clean") {
  for_generated([](const Pair& pair, Generator&) {
    const std::string text = pair.before.text();
    const auto report = compare_texts(pair.set, text, text);
    CHECK(report.verdict == policy::Verdict::pass);
    CHECK(report.counts.changed == 0);
    CHECK(report.counts.only_old + report.counts.only_new == 0);
    CHECK(report.worst.empty());
    for (const Metric& metric : report.metrics) {
      INFO(metric.name);
      CHECK(metric.change.value_or(0) == 0.0);
    }
  });
}

TEST_CASE("generated: swapping the versions swaps what got worse and better") {
  for_generated([](const Pair& pair, Generator&) {
    const auto there = compare_texts(pair.set, pair.before.text(), pair.after.text());
    const auto back = compare_texts(pair.set, pair.after.text(), pair.before.text());
    CHECK(there.counts.changed == back.counts.changed);
    CHECK(there.counts.changed > 0);
    CHECK(there.counts.negative_flips == back.counts.positive_flips);
    CHECK(there.counts.positive_flips == back.counts.negative_flips);
    CHECK(there.counts.worsened == back.counts.improved);
    REQUIRE(there.metrics.size() == back.metrics.size());
    for (std::size_t i = 0; i < there.metrics.size(); ++i) {
      INFO(there.metrics[i].name);
      if (there.metrics[i].change && back.metrics[i].change) {
        CHECK(*there.metrics[i].change == -*back.metrics[i].change);
      }
    }
  });
}

TEST_CASE("generated: the order of rows and of columns changes no digit") {
  for_generated([](Pair pair, Generator& generator) {
    const auto straight = compare_texts(pair.set, pair.before.text(), pair.after.text());
    std::shuffle(pair.before.rows.begin(), pair.before.rows.end(), generator.random());
    std::shuffle(pair.after.rows.begin(), pair.after.rows.end(), generator.random());
    std::vector<std::size_t> columns;
    for (std::size_t i = pair.after.names.size(); i > 0; --i) {
      columns.push_back(i - 1);
    }
    const auto turned = compare_texts(pair.set, pair.before.text(), pair.after.text(columns));
    check_same_metrics(straight.metrics, turned.metrics);
    REQUIRE(straight.slices.size() == turned.slices.size());
    for (std::size_t i = 0; i < straight.slices.size(); ++i) {
      CHECK(straight.slices[i].value == turned.slices[i].value);
      check_same_metrics(straight.slices[i].metrics, turned.slices[i].metrics);
    }
    REQUIRE(straight.worst.size() == turned.worst.size());
    for (std::size_t i = 0; i < straight.worst.size(); ++i) {
      CHECK(straight.worst[i].key == turned.worst[i].key);
      CHECK(straight.worst[i].loss_change == turned.worst[i].loss_change);
    }
  });
}

TEST_CASE("generated: the counts of all slices of a column add up to those of the whole") {
  for_generated([](const Pair& pair, Generator&) {
    const auto report = compare_texts(pair.set, pair.before.text(), pair.after.text());
    std::map<std::string, Counts> totals;
    for (const Slice& slice : report.slices) {
      add(totals[slice.column], slice.counts);
    }
    REQUIRE(totals.size() == 2);
    for (const auto& [column, total] : totals) {
      INFO(column);
      CHECK(total.matched == report.counts.matched);
      CHECK(total.changed == report.counts.changed);
      CHECK(total.negative_flips == report.counts.negative_flips);
      CHECK(total.positive_flips == report.counts.positive_flips);
      CHECK(total.both_wrong == report.counts.both_wrong);
      CHECK(total.worsened == report.counts.worsened);
      CHECK(total.improved == report.counts.improved);
    }
  });
}

TEST_CASE("generated: a slice is what a table of its rows alone would be") {
  for_generated([](const Pair& pair, Generator&) {
    const auto whole = compare_texts(pair.set, pair.before.text(), pair.after.text());
    const auto only = [](Table table) {
      std::erase_if(table.rows, [](const Row& row) { return row[3] != "q"; });
      return table.text();
    };
    const auto alone = compare_texts(pair.set, only(pair.before), only(pair.after));
    const auto slice = std::find_if(whole.slices.begin(), whole.slices.end(), [](const auto& one) {
      return one.column == "g" && one.value == "q";
    });
    REQUIRE(slice != whole.slices.end());
    CHECK(slice->counts.changed == alone.counts.changed);
    for (const Metric& metric : slice->metrics) {
      INFO(metric.name);
      CHECK(metric.new_value == metric_of(alone, metric.name).new_value);
      CHECK(metric.old_value == metric_of(alone, metric.name).old_value);
    }
  });
}

TEST_CASE("generated: m planted changes are reported as m") {
  for_generated([](const Pair& pair, Generator& generator) {
    if (pair.set.task == Task::ranking) {
      return;  // a changed score need not change a list
    }
    Table after = pair.before;
    const std::size_t planted = 1 + generator.below(20);
    for (std::size_t i = 0; i < planted; ++i) {
      after.rows[i].back() = pair.set.task == Task::text ? "another text" : "9";
    }
    const auto report = compare_texts(pair.set, pair.before.text(), after.text());
    CHECK(report.counts.changed == planted);
  });
}

TEST_CASE("generated: scaling both versions scales the distances") {
  Generator generator(17);
  for (const Task task : {Task::regression, Task::embedding, Task::tensor}) {
    const Pair pair = generator.make(task);
    const auto scaled = [](Table table) {
      for (Row& row : table.rows) {
        for (std::size_t i = 2; i < row.size(); ++i) {
          if (i == 2 || i > 4) {
            row[i] = std::to_string(std::stod(row[i]) * 8);
          }
        }
      }
      return table.text();
    };
    const std::string rules =
        "schema = 1\n[[diff.rule]]\nmetric = \"mean_abs_difference\"\nmax = 0\n"
        "[[diff.rule]]\nmetric = \"max_abs_difference\"\nmax = 0\n";
    const auto one = compare_texts(pair.set, pair.before.text(), pair.after.text(), rules);
    const auto eight = compare_texts(pair.set, scaled(pair.before), scaled(pair.after), rules);
    for (const char* name : {"mean_abs_difference", "max_abs_difference"}) {
      INFO(name);
      CHECK(rule_of(eight, name).figure.new_value.value() ==
            Approx(8 * rule_of(one, name).figure.new_value.value()));
    }
  }
}

}  // namespace mlops::diff::test
