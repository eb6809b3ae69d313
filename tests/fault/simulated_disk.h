#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "os/fault.h"

namespace mlops::test {

namespace fs = std::filesystem;

/// A directory: relative path → content; the name of a directory ends in '/'.
using Tree = std::map<std::string, std::string>;

/// A disk with a page cache that loses what was not synced. A file's bytes stay once the file was
/// synced, a name once its directory was. Until then a power cut keeps any of the pending
/// operations: some and not the earlier ones (reordering), a write whole, not, or in sectors of 512
/// bytes. A rename is one step, but both names may be left, as by a journal that is replayed in
/// part: never neither. Modes, times and links are left out.
class SimulatedDisk {
 public:
  /// What lies at `top` is durable. Calls on other paths do nothing.
  explicit SimulatedDisk(const fs::path& top);

  /// True when the disk or its cache is another one after the call. `call` succeeded, or was bound
  /// to fail by what is there (the name exists, or does not).
  bool apply(const os::fault::Call& call);
  /// What a power cut now may leave: everything that four pending operations allow, and of more the
  /// extremes, each operation alone lost or kept, and seeded random choices. `seen` spares the
  /// caller most of the states that it had before: it remembers what was given out.
  void for_each_state(std::mt19937_64& random,
                      std::set<std::string>& seen,
                      const std::function<void(const Tree&)>& visit) const;

 private:
  struct Inode {
    bool is_directory = false;
    std::string content;               ///< durable
    std::size_t size = 0;              ///< with what is pending
    std::map<std::string, int> names;  ///< durable
    std::map<std::string, int> now;    ///< with what is pending
  };
  struct Operation {
    enum class Kind { write, add, remove } kind = Kind::write;
    int inode = 0;      ///< written, or named
    int directory = 0;  ///< of add and remove
    std::string name;
    std::size_t offset = 0;
    std::string data;
    std::uint64_t number = 0;
    std::uint64_t after = 0;  ///< a remove of a rename: the add of its new name; else 0
  };
  /// What is kept of each pending operation: nothing, or which sectors of a write.
  struct Kept {
    bool any = false;
    std::size_t from = 0;
    std::size_t to = 0;  ///< bytes of the write's data
  };
  using Inodes = std::map<int, Inode>;

  int load(const fs::path& path);
  std::optional<std::string> relative(const std::string& path) const;
  std::optional<int> find(const std::string& path) const;
  std::optional<std::pair<int, std::string>> find_parent(const std::string& path) const;
  int create(int directory, const std::string& name, bool is_directory);
  std::uint64_t push(Operation operation);
  bool open(const os::fault::Call& call);
  bool rename(const os::fault::Call& call);
  bool remove(const os::fault::Call& call);
  bool sync(const os::fault::Call& call);
  void commit(const std::function<bool(const Operation&)>& chosen);
  std::vector<std::vector<Kept>> all_choices() const;
  std::vector<std::vector<Kept>> some_choices(std::mt19937_64& random) const;
  static void keep(Inodes& inodes, const Operation& operation, const Kept& kept);
  std::vector<Kept> choices(const Operation& operation) const;
  /// The inodes that any call changed, with what is kept of it.
  Inodes changed_by(const std::vector<Kept>& kept) const;
  Tree tree_of(const Inodes& changed) const;

  fs::path top_;
  Inodes inodes_;  ///< [0] is the top
  std::set<int> touched_;
  std::vector<Operation> pending_;
  std::uint64_t last_number_ = 0;
};

/// Writes a tree into an empty directory.
void write_tree(const Tree& tree, const fs::path& directory);

}  // namespace mlops::test
