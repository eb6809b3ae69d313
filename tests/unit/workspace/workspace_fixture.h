#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "support/git_repo.h"
#include "workspace/data.h"
#include "workspace/name_folding.h"
#include "workspace/workspace.h"

/// What the tests of this room share.
namespace mlops::workspace::test {

namespace fs = std::filesystem;

/// A repository and its workspace. `reopen` is the next command of the user.
class Fixture {
 public:
  explicit Fixture(const std::vector<std::string>& init_args = {});

  Workspace& reopen(const fs::path& directory = {});
  Workspace& space() { return *space_; }
  fs::path operator/(std::string_view name) const { return repo / name; }
  bool exists(std::string_view name) const;

  AddResult add(const std::vector<std::string>& paths, const AddOptions& options = {});
  DataState state_of(std::string_view path);
  CheckoutResult checkout(const CheckoutOptions& options = {});
  /// The bytes that a root keeps for one file.
  std::string stored(const store::Entry& file);

  mlops::test::GitRepo repo;
  NoProgress progress;
  CancelToken cancel;
  std::shared_ptr<NameFolding> folding;

 private:
  std::unique_ptr<Workspace> space_;
};

/// Folds ASCII letters, as a case-insensitive file system does.
class AsciiFolding final : public NameFolding {
 public:
  bool folds(const os::Beneath&, std::string_view) override { return true; }
  std::optional<std::pair<std::string, std::string>> find_clash(
      const os::Beneath&, std::string_view, const std::vector<std::string>& names) override {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (std::size_t j = i + 1; j < names.size(); ++j) {
        if (to_lower_ascii(names[i]) == to_lower_ascii(names[j])) {
          return std::pair(names[i], names[j]);
        }
      }
    }
    return std::nullopt;
  }
};

/// An entry of a node that no encoder of ours would write.
struct RawEntry {
  std::string name;
  store::EntryKind kind = store::EntryKind::file;
  std::uint64_t size = 0;
  std::uint64_t files = 1;
  store::ObjectId id;
};
/// Stores the node as it is, in the order given; the entry of the directory.
store::Entry put_raw_directory(store::Writer& writer, const std::vector<RawEntry>& entries);
RawEntry raw_file(store::Writer& writer, std::string name, std::string_view content);
RawEntry raw_directory(std::string name, const store::Entry& directory);

/// The error that `action` throws; fails the test when it throws none.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  throw std::runtime_error("no error was thrown");
}
/// Message, context and hint in one text.
std::string full_text(const Error& error);

/// Makes files old enough that they are not racy.
void settle();

}  // namespace mlops::workspace::test
