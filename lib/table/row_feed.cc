#include "table/row_feed.h"

namespace mlops::table {

bool TableFeed::each(const UseRow& use, const std::function<void()>& end_of_rows) {
  TableReader reader(api_, table_, columns_, limits_);
  Fields fields;
  std::uint32_t row = 0;
  while (reader.next()) {
    cancel_.check();
    for (std::size_t i = 0; i < reader.row_count(); ++i, ++row) {
      reader.fields(i, fields);
      if (!use(fields, row)) {
        return false;
      }
    }
    end_of_rows();
  }
  return true;
}

}  // namespace mlops::table
