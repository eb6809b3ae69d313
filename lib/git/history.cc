#include "git/history.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "git/refusal.h"
#include "git/untrusted.h"
#include "os/file.h"

namespace mlops::git {

namespace {

constexpr std::uint64_t kMaxStateFile = 1U << 20U;

/// Files of a git directory that begin lines with commits which no ref may lead to.
constexpr auto kUnfinished = std::to_array<std::string_view>({"HEAD",
                                                              "ORIG_HEAD",
                                                              "FETCH_HEAD",
                                                              "MERGE_HEAD",
                                                              "MERGE_AUTOSTASH",
                                                              "CHERRY_PICK_HEAD",
                                                              "REVERT_HEAD",
                                                              "REBASE_HEAD",
                                                              "BISECT_HEAD",
                                                              "rebase-merge/autostash",
                                                              "rebase-merge/orig-head",
                                                              "rebase-merge/onto",
                                                              "rebase-apply/autostash",
                                                              "rebase-apply/orig-head"});

bool has_suffix(std::string_view path, const std::vector<std::string>& suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(), [&](const std::string& suffix) {
    return path.ends_with(suffix);
  });
}

/// The records of `diff-tree -r --raw -z`: ":<mode> <mode> <oid> <oid> <letter>\0<path>\0".
void parse_raw_diff(std::string_view text, std::vector<TreeEntry>& files) {
  const auto fields = split_nul(text);
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const auto words = split(fields[i], ' ');
    if (words.size() != 5 || !words[0].starts_with(':') || !is_oid(words[3])) {
      throw Error(ErrorKind::corrupt, "git's list of changes cannot be read");
    }
    const bool is_file = words[1].starts_with("100");
    if (is_file) {
      files.push_back({fields[i + 1],
                       words[1] == "100755" ? EntryKind::executable : EntryKind::file,
                       Oid(words[3])});
    }
  }
  if (fields.size() % 2 != 0) {
    throw Error(ErrorKind::corrupt, "git's list of changes is cut short");
  }
}

}  // namespace

History History::open(const fs::path& common_dir, const OpenOptions& options) {
  auto git = GitCommand::find(options, common_dir);
  if (!git) {
    refuse_without_git("it reads history");
  }
  const auto found = git->line({"rev-parse", "--path-format=absolute", "--git-common-dir"});
  if (fs::weakly_canonical(found) != fs::weakly_canonical(common_dir)) {
    throw Error(ErrorKind::config,
                fmt::format("{} is not the git directory of a clone", quote(common_dir.string())));
  }
  return History(std::move(*git));
}

std::optional<History::Gap> History::find_gap() const {
  if (git_.line({"rev-parse", "--is-shallow-repository"}) == "true") {
    return Gap{"it is a shallow clone",
               shell_join({"git", "-C", git_.directory().string(), "fetch", "--unshallow"})};
  }
  const std::vector<std::string> question{
      "config", "--get-regexp", R"(^(extensions\.partialclone|remote\..*\.promisor)$)"};
  const auto done = git_.run(question);
  if (done.result.exit_code > 1) {
    GitCommand::fail(question, done);
  }
  if (done.result.exit_code == 0) {
    return Gap{"it is a partial clone", "clone it again without --filter"};
  }
  return std::nullopt;
}

History::WorkTrees History::work_trees() const {
  WorkTrees trees;
  const fs::path& common = git_.directory();
  const auto top = git_.find_config("core.worktree");
  if (top) {
    trees.list.push_back({(common / *top).lexically_normal(), common});
  } else if (git_.find_config("core.bare").value_or("false") != "true") {
    trees.is_main_known = common.filename() == ".git";
    if (trees.is_main_known) {
      trees.list.push_back({common.parent_path(), common});
    }
  }
  const fs::path linked = common / "worktrees";
  const auto stat = os::lstat_file(linked);
  if (!stat || stat->kind != os::FileKind::directory) {
    return trees;
  }
  for (const std::string& name : os::list_directory(linked)) {
    const fs::path git_dir = linked / name;
    const auto text = os::read_file_if_exists(git_dir / "gitdir", kMaxStateFile);
    if (!text) {
      throw Error(ErrorKind::config,
                  fmt::format("{} does not say where its work tree is", quote(git_dir.string())),
                  shell_join({"git", "-C", common.string(), "worktree", "prune"}));
    }
    std::string_view path = *text;
    path = path.substr(0, path.rfind('\n'));
    trees.list.push_back({(git_dir / fs::path(path)).lexically_normal().parent_path(), git_dir});
  }
  return trees;
}

std::set<Oid> History::find_tips() const {
  std::set<Oid> tips;
  std::vector<fs::path> git_dirs{git_.directory()};
  for (const WorkTree& tree : work_trees().list) {
    git_dirs.push_back(tree.git_dir);
  }
  for (const fs::path& directory : git_dirs) {
    GitCommand git = git_;
    git.set_directory(directory);
    // Each work tree has refs of its own.
    const auto text =
        git.output({"rev-list", "--no-walk=unsorted", "--all", "--reflog"}, {}, kMaxListBytes);
    for (const auto line : split(text, '\n')) {
      if (is_oid(line)) {
        tips.emplace(line);
      }
    }
    for (const std::string_view name : kUnfinished) {
      const std::string state =
          os::read_file_if_exists(directory / name, kMaxStateFile).value_or("");
      for (const auto line : split(state, '\n')) {
        if (const auto oid = line.substr(0, line.find_first_of("\t ")); is_oid(oid)) {
          tips.emplace(oid);
        }
      }
    }
  }
  return tips;
}

void History::read_commits(const std::set<Oid>& tips,
                           const std::vector<std::string>& suffixes,
                           std::vector<TreeEntry>& files) {
  std::string input;
  for (const Oid& tip : tips) {
    if (!known_tips_.contains(tip)) {
      input += tip + "\n";
    }
  }
  if (input.empty()) {
    return;
  }
  for (const Oid& tip : known_tips_) {
    input += "^" + tip + "\n";
  }
  // A tip that is missing is one that a reflog or FETCH_HEAD outlived; a missing parent is an
  // error.
  const auto commits =
      git_.output({"rev-list", "--ignore-missing", "--stdin"}, std::move(input), kMaxListBytes);
  std::vector<std::string> args{"diff-tree",
                                "--stdin",
                                "-r",
                                "-m",
                                "--root",
                                "--raw",
                                "-z",
                                "--no-abbrev",
                                "--no-commit-id",
                                "--no-renames",
                                "--no-ext-diff",
                                "--no-textconv",
                                "--"};
  for (const std::string& suffix : suffixes) {
    args.push_back(":(glob)**/*" + suffix);
  }
  parse_raw_diff(git_.output(args, commits, kMaxListBytes), files);
}

void History::read_other_refs(const std::vector<std::string>& suffixes,
                              std::vector<TreeEntry>& files) const {
  const auto text = git_.output(
      {"for-each-ref", "--format=%(objectname) %(objecttype) %(*objecttype) %(refname)"},
      {},
      kMaxListBytes);
  for (const auto line : split(text, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() != 4 || words[1] == "commit" || words[2] == "commit") {
      continue;
    }
    const Oid object =
        git_.line({"rev-parse", "--verify", "--end-of-options", std::string(words[0]) + "^{}"});
    const std::string type = git_.line({"cat-file", "-t", object});
    if (type == "blob") {
      files.push_back({std::string(words[3]), EntryKind::file, object});
    } else if (type == "tree") {
      const auto list =
          git_.output({"ls-tree", "-r", "-z", "--full-tree", object}, {}, kMaxListBytes);
      for (TreeEntry& entry : parse_tree_list(list)) {
        const bool is_file = entry.kind == EntryKind::file || entry.kind == EntryKind::executable;
        if (is_file && has_suffix(entry.path, suffixes)) {
          files.push_back(std::move(entry));
        }
      }
    }
  }
}

std::vector<TreeEntry> History::read_new(const std::vector<std::string>& suffixes) {
  std::vector<TreeEntry> files;
  std::set<Oid> tips = find_tips();
  read_commits(tips, suffixes, files);
  read_other_refs(suffixes, files);
  known_tips_ = std::move(tips);
  const auto place = [](const TreeEntry& entry) {
    return std::tie(entry.path, entry.oid, entry.kind);
  };
  std::sort(files.begin(), files.end(), [&](const TreeEntry& a, const TreeEntry& b) {
    return place(a) < place(b);
  });
  const auto twice =
      std::unique(files.begin(), files.end(), [&](const TreeEntry& a, const TreeEntry& b) {
        return place(a) == place(b);
      });
  files.erase(twice, files.end());
  return files;
}

std::uint64_t History::size_of_blob(const Oid& blob) {
  if (!objects_) {
    objects_.emplace(git_);
  }
  const auto header = objects_->find_header(blob);
  if (!header || header->type != "blob") {
    throw Error(ErrorKind::corrupt, fmt::format("blob '{}' is missing", blob), "git fsck");
  }
  return header->size;
}

std::string History::read_blob(const Oid& blob, std::uint64_t max_bytes) {
  if (const std::uint64_t size = size_of_blob(blob); size > max_bytes) {
    throw Error(ErrorKind::config,
                fmt::format("blob '{}' is larger than {} bytes ({})", blob, max_bytes, size));
  }
  return objects_->read(blob);
}

std::optional<std::string> History::find_small_blob(const Oid& blob, std::uint64_t max_bytes) {
  return size_of_blob(blob) <= max_bytes ? std::optional(objects_->read(blob)) : std::nullopt;
}

}  // namespace mlops::git
