#include "workspace/ignored_paths.h"

#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "workspace/data_sets.h"
#include "workspace/tree_path.h"
#include "workspace/tree_write.h"

namespace mlops::workspace {

namespace {

/// Those above a path, the top of the work tree first.
std::vector<std::string_view> directories_above(std::string_view path) {
  std::vector<std::string_view> directories = ancestors_of(path);
  directories.insert(directories.begin(), std::string_view());
  return directories;
}

/// On the way from `directory` down to `path`, what comes next.
std::string_view next_below(std::string_view directory, std::string_view path) {
  return path.substr(0, path.find('/', directory.empty() ? 0 : directory.size() + 1));
}

}  // namespace

IgnoredPaths::Place IgnoredPaths::start(std::string_view relative, TrackedData& tracked) {
  Place place;
  for (const std::string_view directory : directories_above(relative)) {
    if (tree_.lstat(join_path(directory, kIgnoreRulesName))) {
      place = add_rules(place, directory);
    }
    const std::string_view next = next_below(directory, relative);
    // The data set itself was named, whatever the rules say.
    const auto is_inside = [&] {
      return is_within(next, tracked.data_set()) && next != tracked.data_set();
    };
    if (!place.is_free() && is_inside() && find_rule(place, next, IgnoreRules::Kind::directory)) {
      place.is_ignored_ = true;
    }
  }
  return place;
}

IgnoredPaths::Place IgnoredPaths::add_rules(const Place& place, std::string_view directory) const {
  const std::string file = join_path(directory, kIgnoreRulesName);
  const auto stat = tree_.lstat(file);
  if (!stat || stat->kind != os::FileKind::regular || stat->size > kMaxIgnoreRulesBytes) {
    throw Error(ErrorKind::config,
                stat && stat->kind == os::FileKind::regular
                    ? fmt::format("{} is larger than {} bytes", quote(file), kMaxIgnoreRulesBytes)
                    : fmt::format("{} is no regular file", quote(file)),
                "make it a file of rules, or move it elsewhere: man mlopsignore");
  }
  const auto text = read_text(tree_, file, kMaxIgnoreRulesBytes);
  Place with_rules = place;
  with_rules.rules_ = std::make_shared<const Level>(
      Level{std::string(directory), IgnoreRules(text.value_or(""), file), place.rules_});
  return with_rules;
}

IgnoredPaths::Verdict IgnoredPaths::judge(const Place& place,
                                          std::string_view path,
                                          IgnoreRules::Kind kind,
                                          TrackedData& tracked) {
  if (!place.is_ignored_ && !find_rule(place, path, kind)) {
    return Verdict::data;
  }
  return tracked.has(path) ? Verdict::tracked : Verdict::ignored;
}

IgnoredPaths::Place IgnoredPaths::below(Place place, Verdict verdict) {
  place.is_ignored_ = verdict != Verdict::data;
  return place;
}

/// The nearest file that has an answer decides.
std::optional<git::IgnoreRule> IgnoredPaths::find_rule(const Place& place,
                                                       std::string_view path,
                                                       IgnoreRules::Kind kind) {
  for (const Level* level = place.rules_.get(); level != nullptr; level = level->above.get()) {
    const std::string_view inner =
        level->directory.empty() ? path : remainder_of(path, level->directory);
    if (const auto match = level->rules.find(inner, kind)) {
      return match->verdict == IgnoreRules::Verdict::ignored
                 ? std::optional(git::IgnoreRule{join_path(level->directory, kIgnoreRulesName),
                                                 std::to_string(match->line),
                                                 std::string(match->text)})
                 : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<git::IgnoreRule> find_rule_against(const os::Beneath& tree,
                                                 std::string_view path,
                                                 IgnoreRules::Kind kind) {
  IgnoredPaths paths(tree);
  IgnoredPaths::Place place;
  for (const std::string_view directory : directories_above(path)) {
    if (tree.lstat(join_path(directory, kIgnoreRulesName))) {
      place = paths.add_rules(place, directory);
    }
    const std::string_view next = next_below(directory, path);
    if (auto rule = IgnoredPaths::find_rule(
            place, next, next == path ? kind : IgnoreRules::Kind::directory)) {
      return rule;
    }
  }
  return std::nullopt;
}

}  // namespace mlops::workspace
