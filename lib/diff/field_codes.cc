#include "diff/field_codes.h"

#include <cmath>

#include "table/cell.h"

namespace mlops::diff {

void FieldCodes::learn(std::string_view field, Entry& entry) {
  const table::Cell cell = table::parse_cell(field);
  entry.known = {codes_.code(cell),
                 cell.kind,
                 cell.kind == table::Cell::Kind::text || std::isfinite(cell.number)};
  entry.text = field;
}

}  // namespace mlops::diff
