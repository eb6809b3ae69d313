#include "git/rev_list.h"

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "git/untrusted.h"

namespace mlops::git {

namespace {

/// A name in a pathspec of glob magic.
std::string glob_quote(std::string_view name) {
  std::string quoted;
  for (const char letter : name) {
    if (std::string_view("\\*?[").find(letter) != std::string_view::npos) {
      quoted += '\\';
    }
    quoted += letter;
  }
  return quoted;
}

std::vector<std::string> pathspecs(const HistoryQuery& query) {
  std::vector<std::string> specs;
  for (const auto& file : query.files) {
    if (is_clean_path(file)) {
      specs.push_back(":(top,literal)" + file);
    }
  }
  for (const auto& directory : query.below) {
    if (directory.empty() || is_clean_path(directory)) {
      for (const auto& suffix : query.suffixes) {
        specs.push_back(":(top,glob)" + (directory.empty() ? "" : glob_quote(directory) + "/") +
                        "**/*" + glob_quote(suffix));
      }
    }
  }
  return specs;
}

std::vector<Oid> rev_list(const GitCommand& git, const std::vector<std::string>& args) {
  std::vector<Oid> commits;
  const std::string text = git.output(args, {}, kMaxListBytes);
  for (const auto line : split(text, '\n')) {
    if (!line.empty() && !is_oid(line)) {
      throw Error(ErrorKind::corrupt, "git's list of commits cannot be read");
    }
    if (!line.empty()) {
      commits.emplace_back(line);
    }
  }
  return commits;
}

}  // namespace

std::vector<Oid> list_history_by_git(const GitCommand& git, const HistoryQuery& query) {
  const std::vector<std::string> specs = pathspecs(query);
  if (specs.empty()) {
    return {};  // to git, no path would be every path
  }
  std::vector<std::string> args{"rev-list", query.from, "--"};
  args.insert(args.end(), specs.begin(), specs.end());
  return rev_list(git, args);
}

std::vector<Oid> list_commits_between_by_git(const GitCommand& git,
                                             const Oid& from,
                                             const Oid& to,
                                             std::size_t most) {
  return rev_list(git, {"rev-list", "--max-count=" + std::to_string(most), to, "^" + from, "--"});
}

}  // namespace mlops::git
