#include "diff/compare.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "table/scanned_rows.h"
#include "unit/diff/fake_engine.h"

namespace mlops::diff::test {

TEST_CASE("the worst rows are the negative flips, by confidence") {
  const auto report = compare_texts(binary_set(),
                                    "id,y,p\n1,1,.9\n2,1,.6\n3,0,.2\n4,1,.95\n",
                                    "id,y,p\n1,1,.1\n2,1,.4\n3,0,.49\n4,1,.9\n");
  REQUIRE(report.worst.size() == 4);
  CHECK(report.worst[0].key == "1");
  CHECK(report.worst[0].negative_flip);
  CHECK(report.worst[0].old_score == 0.9);
  CHECK(report.worst[1].key == "2");
  CHECK(report.worst[2].key == "3");
  CHECK_FALSE(report.worst[2].negative_flip);
}

TEST_CASE("without a key rows are paired by their order") {
  policy::PredictionSet set = binary_set();
  set.key.clear();
  const auto report = compare_texts(set, "id,y,p\n1,1,.9\n2,0,.1\n", "id,y,p\n7,1,.9\n8,0,.6\n");
  CHECK(report.counts.matched == 2);
  CHECK(report.worst.at(0).key == "row 2");
}

TEST_CASE("no common row, tasks that are not built, missing columns: an error") {
  CHECK_THROWS_AS(compare_texts(binary_set(), "id,y,p\n1,1,.9\n", "id,y,p\n2,1,.9\n"), Error);
  policy::PredictionSet set = binary_set();
  set.task = policy::Task::ranking;
  set.prediction = "p";
  set.probabilities.clear();
  set.positive.reset();
  CHECK_THROWS_AS(compare_texts(set, "id,y,p\n1,1,.9\n", "id,y,p\n1,1,.9\n"), Error);
  CHECK_THROWS_AS(compare_texts(binary_set(), "id,y,p\n1,1,.9\n", "id,y,q\n1,1,.9\n"), Error);
}

TEST_CASE("the report names the bytes that it compared") {
  const std::string text = "id,y,p\n1,1,.9\n";
  const auto report = compare_texts(binary_set(), text, text);
  CHECK(report.old_sha256.size() == 64);
  CHECK(report.old_sha256 == report.new_sha256);
}

namespace {

/// Rewrites the new table once it has been read, as a training job that still runs would.
class ScribblingEngine final : public table::Engine {
 public:
  std::string_view version() const override { return "scribbling"; }
  std::vector<std::string> columns(const table::Source& source) override {
    return fake.columns(source);
  }
  table::Alignment align(const table::AlignRequest& request,
                         const std::function<void(const table::AlignedBatch&)>& sink,
                         const CancelToken& cancel) override {
    table::Alignment result = fake.align(request, sink, cancel);
    mlops::test::write_file(request.new_table.path, "id,y,p\n1,1,.95\n");
    return result;
  }
  std::uint64_t scan(const table::Source& source,
                     const std::vector<table::WantedColumn>& columns,
                     const std::function<void(const table::ScannedRows&)>& sink,
                     const CancelToken& cancel) override {
    return fake.scan(source, columns, sink, cancel);
  }
  std::unique_ptr<table::RowFilter> filter(const std::string& expression,
                                           const std::vector<table::FilterColumn>& columns,
                                           const CancelToken& cancel) override {
    return fake.filter(expression, columns, cancel);
  }

  FakeEngine fake;
};

}  // namespace

TEST_CASE("a table that changes while it is read is an error") {
  ScribblingEngine engine;
  CompareInput input;
  input.set = binary_set();
  input.old_table = engine.fake.add("old.csv", "id,y,p\n1,1,.9\n");
  input.new_table = engine.fake.add("new.csv", "id,y,p\n1,1,.8\n");
  const auto safeguards = policy::Safeguards();
  CHECK_THROWS_WITH(compare(engine, input, safeguards, CancelToken()),
                    Catch::Contains("'new.csv' changed while it was read"));
}

}  // namespace mlops::diff::test
