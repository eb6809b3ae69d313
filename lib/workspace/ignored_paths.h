#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "git/repository.h"
#include "os/beneath.h"
#include "workspace/ignore_rules.h"
#include "workspace/tracked_data.h"

namespace mlops::workspace {

/// Walks the `.mlopsignore` files of a tree together with a scan, from the top of the work tree
/// down. Main thread.
class IgnoredPaths {
  /// The rules of one directory, and those of the directories above, which they overrule.
  struct Level {
    std::string directory;
    IgnoreRules rules;
    std::shared_ptr<const Level> above;
  };

 public:
  /// What holds in a directory. The rules live as long as the places in which they hold.
  class Place {
   public:
    bool is_free() const { return !rules_ && !is_ignored_; }

   private:
    friend class IgnoredPaths;
    std::shared_ptr<const Level> rules_;
    bool is_ignored_ = false;  ///< as a whole
  };

  explicit IgnoredPaths(const os::Beneath& tree) : tree_(tree) {}

  /// What holds in `relative`, where a scan begins, by the files above it.
  Place start(std::string_view relative, TrackedData& tracked);
  /// Adds the rules of the directory's own file, which is there. Error{config}.
  Place add_rules(const Place& place, std::string_view directory) const;
  enum class Verdict { data, ignored, tracked };
  /// `tracked`: ignored, but data all the same.
  static Verdict judge(const Place& place,
                       std::string_view path,
                       IgnoreRules::Kind kind,
                       TrackedData& tracked);
  /// In the directory `path`, which was judged so.
  static Place below(Place place, Verdict verdict);

 private:
  friend std::optional<git::IgnoreRule> find_rule_against(const os::Beneath& tree,
                                                          std::string_view path,
                                                          IgnoreRules::Kind kind);
  static std::optional<git::IgnoreRule> find_rule(const Place& place,
                                                  std::string_view path,
                                                  IgnoreRules::Kind kind);

  const os::Beneath& tree_;
};

/// The line of a `.mlopsignore` that ignores `path`, maybe through a directory above.
std::optional<git::IgnoreRule> find_rule_against(const os::Beneath& tree,
                                                 std::string_view path,
                                                 IgnoreRules::Kind kind);

}  // namespace mlops::workspace
