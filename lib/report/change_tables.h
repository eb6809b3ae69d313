#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "pipeline/version_change.h"

namespace mlops::report {

/// One part of what two versions differ in, laid out for people. Cells are raw.
struct ChangeTable {
  std::string title;                           ///< "code", "params", "data", "metrics"
  std::string summary;                         ///< "3 commits, 4 files"; "no difference"
  std::vector<std::string> heads;              ///< empty: the cells speak for themselves
  std::vector<std::vector<std::string>> rows;  ///< at most as many as were asked for
  std::size_t left_out = 0;                    ///< rows beyond them
};

/// The parts that were compared, in the order code (commits, then a table without a title for
/// files), params, data, metrics.
std::vector<ChangeTable> change_tables(const pipeline::VersionChange& change,
                                       std::size_t most_rows);

/// Adds the keys "code", "params", "data" and "metrics", null where they were not asked for or
/// could not be compared, and "problems".
void add_change(nlohmann::ordered_json& record, const pipeline::VersionChange& change);

}  // namespace mlops::report
