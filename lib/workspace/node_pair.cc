#include "workspace/node_pair.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/error.h"

namespace mlops::workspace {

namespace {

using store::NodeBranch;
using store::ObjectId;

[[noreturn]] void fail(const ObjectId& id, const std::string& problem) {
  throw Error(ErrorKind::corrupt,
              store::describe(store::ObjectType::node, id) + " " + problem,
              "mlops data fsck");
}

/// What of one side is not known to be equal to the other yet.
class Side {
 public:
  Side(const std::optional<ObjectId>& top, const LevelReader& read) : read_(read) {
    if (!top) {
      return;
    }
    NodeLevel level = read_(*top);
    if (const auto* branch = std::get_if<NodeBranch>(&level)) {
      append_children(*branch);
    } else {
      node_ = std::move(std::get<store::Node>(level));
    }
  }

  std::uint8_t level() const {
    std::uint8_t highest = 0;
    for (const Piece& piece : pieces_) {
      highest = std::max(highest, piece.level);
    }
    return highest;
  }

  std::unordered_set<ObjectId> ids() const {
    std::unordered_set<ObjectId> ids;
    for (const Piece& piece : pieces_) {
      ids.insert(piece.child.id);
    }
    return ids;
  }

  void leave_out(const std::unordered_set<ObjectId>& ids) {
    std::erase_if(pieces_, [&](const Piece& piece) { return ids.contains(piece.child.id); });
  }

  /// Branches of this level give way to what is below them.
  void open(std::uint8_t level) {
    for (Piece& piece : std::exchange(pieces_, {})) {
      if (piece.level == level) {
        append_children(read_branch(piece));
      } else {
        pieces_.push_back(std::move(piece));
      }
    }
  }

  /// Only leaves are left.
  store::Node take_entries() {
    for (const Piece& piece : pieces_) {
      append_leaf(piece);
    }
    return std::move(node_);
  }

 private:
  /// A run, as the level above describes it.
  struct Piece {
    NodeBranch::Child child;
    std::uint8_t level = 0;
  };

  void append_children(const NodeBranch& branch) {
    for (const NodeBranch::Child& child : branch.children) {
      pieces_.push_back({child, static_cast<std::uint8_t>(branch.level - 1)});
    }
  }

  NodeBranch read_branch(const Piece& piece) const {
    NodeLevel level = read_(piece.child.id);
    auto* const branch = std::get_if<NodeBranch>(&level);
    if (branch == nullptr || branch->level != piece.level) {
      fail(piece.child.id, "stands on a wrong level of a split directory");
    }
    std::uint64_t size = 0;
    std::uint64_t files = 0;
    for (const NodeBranch::Child& child : branch->children) {
      size += child.size;
      files += child.files;
    }
    check(piece, branch->children.front().first_name, size, files);
    return std::move(*branch);
  }

  void append_leaf(const Piece& piece) {
    NodeLevel level = read_(piece.child.id);
    auto* const leaf = std::get_if<store::Node>(&level);
    if (leaf == nullptr) {
      fail(piece.child.id, "stands on a wrong level of a split directory");
    }
    std::uint64_t size = 0;
    std::uint64_t files = 0;
    for (const store::Entry& entry : leaf->entries) {
      size += entry.size;
      files += entry.files;
    }
    check(piece, leaf->entries.empty() ? std::string() : leaf->entries.front().name, size, files);
    if (!node_.entries.empty() && leaf->entries.front().name <= node_.entries.back().name) {
      fail(piece.child.id, "is not sorted after the run before it");
    }
    std::move(leaf->entries.begin(), leaf->entries.end(), std::back_inserter(node_.entries));
  }

  static void check(const Piece& piece,
                    const std::string& first_name,
                    std::uint64_t size,
                    std::uint64_t files) {
    if (first_name.empty() || first_name != piece.child.first_name || size != piece.child.size ||
        files != piece.child.files) {
      fail(piece.child.id, "is not what the level above it says");
    }
  }

  const LevelReader& read_;
  std::vector<Piece> pieces_;  ///< in order of names
  store::Node node_;
};

void leave_out_common(Side& before, Side& after) {
  const std::unordered_set<ObjectId> left = before.ids();
  std::unordered_set<ObjectId> common = after.ids();
  std::erase_if(common, [&](const ObjectId& id) { return !left.contains(id); });
  before.leave_out(common);
  after.leave_out(common);
}

}  // namespace

NodeLevel read_level(const store::Store& store, const ObjectId& id) {
  return store::decode_any_node(store.read(store::ObjectType::node, id), id);
}

NodePair read_different(const std::optional<ObjectId>& before,
                        const std::optional<ObjectId>& after,
                        const LevelReader& read) {
  Side old_side(before, read);
  Side new_side(after, read);
  for (;;) {
    leave_out_common(old_side, new_side);
    const std::uint8_t level = std::max(old_side.level(), new_side.level());
    if (level == 0) {
      return {old_side.take_entries(), new_side.take_entries()};
    }
    old_side.open(level);
    new_side.open(level);
  }
}

}  // namespace mlops::workspace
