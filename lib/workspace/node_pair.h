#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "store/run_split.h"
#include "store/store.h"

namespace mlops::workspace {

/// One object of a directory: all its entries, or of a long one that is split the runs below.
using NodeLevel = std::variant<store::Node, store::NodeBranch>;
using LevelReader = std::function<NodeLevel(const store::ObjectId&)>;

/// Error{corrupt}, as the store's read.
NodeLevel read_level(const store::Store& store, const store::ObjectId& id);

struct NodePair {
  store::Node before;
  store::Node after;
};

/// The entries of two versions of a directory, less runs that both have: a run is known by its id,
/// and a change moves no other, so what is read are the runs that differ and the levels above
/// them. A side that is absent has none. Error{corrupt} when a level is not what the one above it
/// says.
NodePair read_different(const std::optional<store::ObjectId>& before,
                        const std::optional<store::ObjectId>& after,
                        const LevelReader& read);

}  // namespace mlops::workspace
