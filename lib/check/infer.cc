#include "check/infer.h"

#include <memory>

#include "check/column_scout.h"
#include "os/memory.h"

namespace mlops::check {
namespace {

/// Rows that repeat an earlier one in all columns.
class RowScout final : public Watcher {
 public:
  RowScout(CheckedTable& table, SpillFile& file) : seen_(file) {
    for (const std::string& name : table.columns()) {
      places_.push_back(table.want(name));
    }
    table.watch(*this);
  }
  void see(const Rows& rows) override {
    for (std::size_t i = 0; i < rows.size; ++i) {
      seen_.add({hasher_.hash(rows, places_, i), 0, rows.first + i});
    }
  }
  void finish() override { seen_.finish(); }
  std::uint64_t repeated() {
    std::uint64_t count = 0;
    std::optional<RowHash> before;
    HashedRows::Cursor cursor = seen_.read();
    while (const auto one = cursor.next()) {
      count += before == one->hash ? 1U : 0U;
      before = one->hash;
    }
    return count;
  }

 private:
  std::vector<std::size_t> places_;
  RowHasher hasher_;
  HashedRows seen_;
};

}  // namespace

SeenTable look_at(table::Engine& engine,
                  const TableInput& table,
                  const CheckSettings& settings,
                  const CancelToken& cancel) {
  constexpr std::uint64_t kPart = 8;
  SpillFile file(settings.scratch);
  CheckedTable checked(engine, table);
  file.share_memory(
      settings.memory_bytes != 0 ? settings.memory_bytes : os::usable_memory() / kPart,
      checked.columns().size() + 1);
  std::vector<std::unique_ptr<ColumnScout>> scouts;
  for (const std::string& name : checked.columns()) {
    scouts.push_back(std::make_unique<ColumnScout>(name, checked, file));
  }
  RowScout rows(checked, file);
  Crew crew(settings.threads);
  checked.scan(engine, crew, cancel);
  SeenTable seen;
  seen.table = checked.facts();
  seen.repeated_rows = rows.repeated();
  for (const auto& scout : scouts) {
    cancel.check();
    seen.columns.push_back(scout->seen(checked.rows()));
  }
  return seen;
}

}  // namespace mlops::check
