#include "table/fast_align.h"

#include <memory>
#include <mutex>
#include <vector>

#include "table/cell.h"
#include "table/fast_pairs.h"

namespace mlops::table {
namespace {

constexpr std::size_t kRowsOfBatch = 2048;

// Parses the cells of the rows that one thread sees, and hands them on in batches, whose views are
// of the mapped files.
class BatchMaker final : public PairSink {
 public:
  BatchMaker(const AlignRequest& request,
             std::mutex& mutex,
             const std::function<void(const AlignedBatch&)>& sink)
      : mutex_(mutex), sink_(sink) {
    const std::size_t columns = request.columns.size() + request.optional_columns.size();
    batch_.keys.resize(request.keys.size());
    batch_.old_columns.resize(columns);
    batch_.new_columns.resize(columns);
  }

  void matched(FieldTexts key, FieldTexts old_fields, FieldTexts new_fields) override {
    add(key, batch_.keys);
    add(old_fields, batch_.old_columns);
    if (old_fields.data() == new_fields.data()) {
      // Parsed once: a row of the same bytes has the same cells.
      for (std::size_t i = 0; i < batch_.new_columns.size(); ++i) {
        batch_.new_columns[i].push_back(batch_.old_columns[i].back());
      }
    } else {
      add(new_fields, batch_.new_columns);
    }
    end_row(0, 0);
  }

  void single(TableSide side, FieldTexts key, FieldTexts fields) override {
    const bool is_old = side == TableSide::old_table;
    add(key, batch_.keys);
    add(fields, is_old ? batch_.old_columns : batch_.new_columns);
    for (ColumnCells& cells : is_old ? batch_.new_columns : batch_.old_columns) {
      cells.emplace_back();
    }
    end_row(is_old ? 0 : AlignedBatch::kAbsent, is_old ? AlignedBatch::kAbsent : 0);
  }

  void flush() {
    if (!batch_.old_rows.empty()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      sink_(batch_);
    }
    batch_.old_rows.clear();
    batch_.new_rows.clear();
    for (auto* columns : {&batch_.keys, &batch_.old_columns, &batch_.new_columns}) {
      for (ColumnCells& cells : *columns) {
        cells.clear();
      }
    }
  }

 private:
  static void add(FieldTexts fields, std::vector<ColumnCells>& columns) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      columns[i].push_back(parse_cell(fields[i]));
    }
  }
  void end_row(std::uint64_t old_row, std::uint64_t new_row) {
    batch_.old_rows.push_back(old_row);
    batch_.new_rows.push_back(new_row);
    if (batch_.old_rows.size() == kRowsOfBatch) {
      flush();
    }
  }

  std::mutex& mutex_;
  const std::function<void(const AlignedBatch&)>& sink_;
  AlignedBatch batch_;
};

class BatchMakers final : public PairSinks {
 public:
  BatchMakers(const AlignRequest& request, const std::function<void(const AlignedBatch&)>& sink)
      : request_(request), sink_(sink) {}
  PairSink& add() override {
    makers_.push_back(std::make_unique<BatchMaker>(request_, mutex_, sink_));
    return *makers_.back();
  }
  void finish() override {
    for (const std::unique_ptr<BatchMaker>& maker : makers_) {
      maker->flush();
    }
  }

 private:
  const AlignRequest& request_;
  const std::function<void(const AlignedBatch&)>& sink_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<BatchMaker>> makers_;
};

}  // namespace

std::optional<Alignment> align_fast(const AlignRequest& request,
                                    const MatchThreads& threads,
                                    const std::function<void(const AlignedBatch&)>& sink,
                                    const CancelToken& cancel,
                                    std::string& why_not) {
  BatchMakers makers(request, sink);
  return find_pairs_fast(request, threads, makers, cancel, why_not);
}

}  // namespace mlops::table
