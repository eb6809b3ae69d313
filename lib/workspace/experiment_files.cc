#include "workspace/experiment_files.h"

#include <algorithm>

#include "base/error.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

/// What one entry of git's list holds.
struct Found {
  std::vector<std::string> declared;
  std::vector<std::string> others;
  std::vector<std::string> links;
  std::uint64_t bytes = 0;
  std::size_t files = 0;
  bool is_whole = true;  ///< all of it was seen, and fits
};

class Chooser {
 public:
  Chooser(const os::Beneath& tree, const IgnoredNeeds& needs, const CancelToken& cancel)
      : tree_(tree), needs_(needs), cancel_(cancel) {}

  void add_entry(const std::string& path) {
    if (is_versioned(path)) {
      return;
    }
    const bool is_plain = !needs_.has_declared(path) && !needs_.is_declared(path) &&
                          !covers_any(needs_.versioned, path);
    if (is_plain && covers_any(needs_.in_use, path)) {
      choice_.links.push_back(path);
      return;
    }
    Found found;
    visit(path, found);
    append(choice_.declared, found.declared);
    append(choice_.links, found.links);
    if (found.is_whole) {
      bytes_ += found.bytes;
      files_ += found.files;
      append(choice_.others, found.others);
    } else if (is_plain && covers_any(needs_.programs, path)) {
      choice_.links.push_back(path);
    } else {
      choice_.left_out.push_back(path);
    }
  }

  IgnoredChoice take() { return std::move(choice_); }

 private:
  static void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }
  /// One of them is `path`, or lies in it.
  static bool covers_any(const std::vector<std::string>& paths, const std::string& path) {
    return std::any_of(
        paths.begin(), paths.end(), [&](const std::string& one) { return is_within(one, path); });
  }
  bool is_versioned(const std::string& path) const {
    return std::any_of(needs_.versioned.begin(),
                       needs_.versioned.end(),
                       [&](const std::string& one) { return is_within(path, one); });
  }
  bool is_in_use(const std::string& path) const {
    return std::find(needs_.in_use.begin(), needs_.in_use.end(), path) != needs_.in_use.end();
  }

  void visit(const std::string& path, Found& found) {
    cancel_.check();
    if (leaf_of(path) == ".git" || is_versioned(path)) {
      return;
    }
    const auto stat = lstat_plain(tree_, path);
    if (!stat) {
      return;
    }
    const bool is_declared = needs_.is_declared(path);
    if (stat->kind == os::FileKind::directory) {
      visit_directory(path, is_declared, found);
    } else if (is_declared) {
      found.declared.push_back(path);
    } else if (needs_.others == IgnoredNeeds::Others::bounded) {
      add_other(path, *stat, found);
    }
  }

  void visit_directory(const std::string& path, bool is_declared, Found& found) {
    const bool may_hold = is_declared || needs_.has_declared(path);
    const bool is_asked = needs_.others == IgnoredNeeds::Others::bounded && found.is_whole;
    if (!may_hold && !is_asked) {
      return;
    }
    if (is_in_use(path)) {
      found.links.push_back(path);
      return;
    }
    std::vector<std::string> names;
    try {
      names = tree_.list(path);
    } catch (const Error& error) {
      if (may_hold || error.kind() != ErrorKind::io) {
        throw;
      }
      found.is_whole = false;
      return;
    }
    if (is_declared) {
      found.declared.push_back(path + "/");
    } else if (is_asked) {
      found.others.push_back(path + "/");
    }
    for (const std::string& name : names) {
      visit(join_path(path, name), found);
    }
  }

  void add_other(const std::string& path, const os::FileStat& stat, Found& found) {
    const std::uint64_t size = stat.kind == os::FileKind::regular ? stat.size : 0;
    if (files_ + found.files + 1 > kMaxOtherFiles || size > kMaxOtherBytes - bytes_ - found.bytes) {
      found.is_whole = false;
    }
    if (found.is_whole) {
      found.bytes += size;
      ++found.files;
      found.others.push_back(path);
    }
  }

  const os::Beneath& tree_;
  const IgnoredNeeds& needs_;
  const CancelToken& cancel_;
  std::uint64_t bytes_ = 0;
  std::size_t files_ = 0;
  IgnoredChoice choice_;
};

}  // namespace

IgnoredChoice choose_ignored(const os::Beneath& tree,
                             const std::vector<std::string>& ignored,
                             const IgnoredNeeds& needs,
                             const CancelToken& cancel) {
  Chooser chooser(tree, needs, cancel);
  std::string above;
  for (const std::string& entry : ignored) {
    const bool is_directory = entry.ends_with('/');
    const std::string path = is_directory ? entry.substr(0, entry.size() - 1) : entry;
    if (!above.empty() && is_within(path, above)) {
      continue;  // git names what lies in such a directory, too
    }
    if (is_directory) {
      above = path;
    }
    chooser.add_entry(path);
  }
  return chooser.take();
}

/// Git's index still has files whose directory is a link now.
std::optional<os::FileStat> lstat_plain(const os::Beneath& tree, std::string_view path) {
  try {
    return tree.lstat(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::conflict) {
      throw;
    }
    return std::nullopt;
  }
}

}  // namespace mlops::workspace
