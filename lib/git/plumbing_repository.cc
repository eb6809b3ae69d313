#include "git/plumbing_repository.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "git/object_reader.h"
#include "git/refusal.h"
#include "git/rev_list.h"
#include "git/untrusted.h"
#include "os/file.h"

namespace mlops::git {

namespace {

std::string_view without_line_break(std::string_view text) {
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

struct Places {
  fs::path work_tree;
  fs::path git_dir;
  fs::path common_dir;
};

/// 0 and 1 are answers of git's question commands; anything else is an error.
bool ask(const GitCommand& git, const std::vector<std::string>& args) {
  const auto done = git.run(args);
  if (done.result.exit_code > 1) {
    GitCommand::fail(args, done);
  }
  return done.result.exit_code == 0;
}

class PlumbingRepository final : public Repository {
 public:
  PlumbingRepository(GitCommand git, Places places)
      : git_(std::move(git)), places_(std::move(places)) {
    git_.set_directory(places_.work_tree);
    sha256_ = git_.line({"rev-parse", "--show-object-format"}) == "sha256";
  }

  const fs::path& work_tree() const override { return places_.work_tree; }
  const fs::path& git_dir() const override { return places_.git_dir; }
  const fs::path& common_dir() const override { return places_.common_dir; }
  std::string_view implementation() const override { return "git"; }

  Traits traits() const override;
  std::optional<Oid> find_commit(std::string_view revision) const override;
  std::optional<std::string> head_branch() const override;
  std::optional<Oid> merge_base(const Oid& a, const Oid& b) const override;
  CommitInfo read_commit(const Oid& commit) const override;
  std::vector<Ref> list_refs() const override;
  std::vector<std::string> list_ref_names(std::size_t most) const override;
  std::optional<TreeEntry> find_entry(const Oid& commit, std::string_view path) const override;
  std::vector<TreeEntry> list_tree(const Oid& commit, std::string_view prefix) const override;
  std::string read_blob(const Oid& blob, std::uint64_t max_bytes) const override;
  Oid hash_blob(std::string_view content) const override;
  std::vector<TreeEntry> list_index() const override;
  std::vector<UnmergedPath> list_unmerged() const override;
  bool is_tracked(std::string_view path) const override;
  bool is_ignored(std::string_view path) const override;
  std::vector<std::string> list_ignored(const std::vector<std::string>& paths) const override;
  std::optional<IgnoreRule> find_ignore_rule(std::string_view path) const override;
  void stage(const std::vector<std::string>& paths) override;
  void restage(const std::vector<std::string>& added,
               const std::vector<std::string>& removed) override;
  std::optional<std::string> find_config(const std::string& key) const override;
  std::vector<std::string> list_changed() const override;
  std::vector<std::string> list_changed_between(const Oid& a, const Oid& b) const override;
  std::vector<Oid> list_commits_between(const Oid& from,
                                        const Oid& to,
                                        std::size_t most) const override;
  std::vector<Oid> list_history(const HistoryQuery& query) const override;

 private:
  /// A lazy fetch that fails ends git: the object is then missing, and the next one gets a new git.
  template <typename Question>
  auto ask_objects(const Oid& oid, Question question) const {
    try {
      if (!objects_) {
        objects_.emplace(git_);
      }
      return question(*objects_);
    } catch (const Error& error) {
      objects_.reset();
      if (error.kind() != ErrorKind::io) {
        throw;
      }
      throw Error(ErrorKind::corrupt,
                  fmt::format("object '{}' cannot be read: {}", oid, error.message()),
                  "git fsck");
    }
  }
  std::optional<ObjectHeader> find_header(const Oid& oid) const {
    return ask_objects(oid, [&](ObjectReader& reader) { return reader.find_header(oid); });
  }
  std::string read_object(const Oid& oid) const {
    return ask_objects(oid, [&](ObjectReader& reader) { return reader.read(oid); });
  }
  void require_commit(const Oid& commit) const {
    check_oid(commit, sha256_);
    const auto header = find_header(commit);
    if (!header || header->type != "commit") {
      throw Error(ErrorKind::corrupt, fmt::format("commit '{}' is missing", commit), "git fsck");
    }
  }

  GitCommand git_;
  Places places_;
  bool sha256_ = false;
  mutable std::optional<ObjectReader> objects_;
};

Traits PlumbingRepository::traits() const {
  Traits traits;
  traits.shallow = git_.line({"rev-parse", "--is-shallow-repository"}) == "true";
  traits.partial =
      ask(git_, {"config", "--get-regexp", R"(^(extensions\.partialclone|remote\..*\.promisor)$)"});
  const auto sparse = git_.run({"config", "--type=bool", "--get", "core.sparseCheckout"});
  traits.sparse = sparse.result.exit_code == 0 && trim(sparse.out) == "true";
  traits.linked_work_tree = places_.git_dir != places_.common_dir;
  traits.sha256 = sha256_;
  traits.has_commits = find_commit("HEAD").has_value();
  return traits;
}

std::optional<Oid> PlumbingRepository::find_commit(std::string_view revision) const {
  check_revision(revision);
  const auto done =
      git_.run({"rev-parse", "--verify", "--end-of-options", std::string(revision) + "^{commit}"});
  if (done.result.exit_code != 0 && done.err.find("short object ID") != std::string::npos) {
    fail_ambiguous(revision);
  }
  const auto answer = without_line_break(done.out);
  if (done.result.exit_code != 0 || !is_oid(answer)) {
    return std::nullopt;
  }
  return Oid(answer);
}

std::optional<std::string> PlumbingRepository::head_branch() const {
  constexpr std::string_view kHeads = "refs/heads/";
  const auto done = git_.run({"symbolic-ref", "--quiet", "HEAD"});
  const auto name = without_line_break(done.out);
  if (done.result.exit_code != 0 || !name.starts_with(kHeads)) {
    return std::nullopt;
  }
  return std::string(name.substr(kHeads.size()));
}

std::optional<Oid> PlumbingRepository::merge_base(const Oid& a, const Oid& b) const {
  require_commit(a);
  require_commit(b);
  const std::vector<std::string> args{"merge-base", a, b};
  const auto done = git_.run(args);
  if (done.result.exit_code > 1) {
    GitCommand::fail(args, done);
  }
  if (done.result.exit_code == 1) {
    return std::nullopt;
  }
  return Oid(without_line_break(done.out));
}

CommitInfo PlumbingRepository::read_commit(const Oid& commit) const {
  require_commit(commit);
  if (find_header(commit)->size > kMaxCommitBytes) {
    throw Error(ErrorKind::config, fmt::format("commit '{}' is too large", commit));
  }
  return parse_commit(commit, read_object(commit));
}

std::vector<std::string> PlumbingRepository::list_ref_names(std::size_t most) const {
  const auto text = git_.output(
      {"for-each-ref", "--format=%(refname)", fmt::format("--count={}", most)}, {}, kMaxListBytes);
  std::vector<std::string> names;
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) {
      names.emplace_back(line);
    }
  }
  return names;
}

std::vector<Ref> PlumbingRepository::list_refs() const {
  const auto text = git_.output(
      {"for-each-ref", "--format=%(refname) %(objectname) %(objecttype)"}, {}, kMaxListBytes);
  std::vector<Ref> refs;
  for (const auto line : split(text, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() != 3 || !is_oid(words[1])) {
      continue;
    }
    Ref ref{std::string(words[0]), Oid(words[1])};
    if (words[2] == "tag") {
      // %(*objectname) peels one level only before git 2.45.
      const auto peeled =
          git_.run({"rev-parse", "--verify", "--end-of-options", ref.commit + "^{commit}"});
      ref.commit = without_line_break(peeled.out);
    }
    if ((words[2] == "tag" && is_oid(ref.commit)) || words[2] == "commit") {
      refs.push_back(std::move(ref));
    }
  }
  std::sort(refs.begin(), refs.end(), [](const Ref& left, const Ref& right) {
    return left.name < right.name;
  });
  return refs;
}

std::optional<TreeEntry> PlumbingRepository::find_entry(const Oid& commit,
                                                        std::string_view path) const {
  require_commit(commit);
  if (!is_clean_path(path)) {
    return std::nullopt;
  }
  auto entries = parse_tree_list(git_.output(
      {"--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", std::string(path)}));
  if (entries.empty()) {
    return std::nullopt;
  }
  return std::move(entries.front());
}

std::vector<TreeEntry> PlumbingRepository::list_tree(const Oid& commit,
                                                     std::string_view prefix) const {
  require_commit(commit);
  std::vector<std::string> args{
      "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit};
  if (!prefix.empty()) {
    if (!is_clean_path(prefix)) {
      return {};
    }
    args.insert(args.end(), {"--", std::string(prefix) + "/"});
  }
  auto entries = parse_tree_list(git_.output(args, {}, kMaxListBytes));
  std::sort(entries.begin(), entries.end(), [](const TreeEntry& a, const TreeEntry& b) {
    return a.path < b.path;
  });
  return entries;
}

std::string PlumbingRepository::read_blob(const Oid& blob, std::uint64_t max_bytes) const {
  check_oid(blob, sha256_);
  const auto header = find_header(blob);
  if (!header || header->type != "blob") {
    throw Error(ErrorKind::corrupt, fmt::format("blob '{}' is missing", blob), "git fsck");
  }
  if (header->size > max_bytes) {
    throw Error(
        ErrorKind::config,
        fmt::format("blob '{}' is larger than {} bytes ({})", blob, max_bytes, header->size));
  }
  return read_object(blob);
}

Oid PlumbingRepository::hash_blob(std::string_view content) const {
  return Oid(trim(git_.output({"hash-object", "--stdin"}, std::string(content))));
}

std::vector<TreeEntry> PlumbingRepository::list_index() const {
  return parse_index_list(git_.output({"ls-files", "-s", "-z"}, {}, kMaxListBytes));
}

std::vector<UnmergedPath> PlumbingRepository::list_unmerged() const {
  return parse_unmerged_list(git_.output({"ls-files", "-u", "-z"}, {}, kMaxListBytes));
}

bool PlumbingRepository::is_tracked(std::string_view path) const {
  return is_clean_path(path) &&
         !git_.output({"--literal-pathspecs", "ls-files", "-z", "--", std::string(path)},
                      {},
                      kMaxListBytes)
              .empty();
}

bool PlumbingRepository::is_ignored(std::string_view path) const {
  return is_ignored_by_git(git_, path);
}

std::vector<std::string> PlumbingRepository::list_ignored(
    const std::vector<std::string>& paths) const {
  return list_ignored_by_git(git_, paths);
}

std::optional<IgnoreRule> PlumbingRepository::find_ignore_rule(std::string_view path) const {
  return find_ignore_rule_by_git(git_, path);
}

void PlumbingRepository::stage(const std::vector<std::string>& paths) {
  stage_with_git(git_, places_.work_tree, paths);
}

void PlumbingRepository::restage(const std::vector<std::string>& added,
                                 const std::vector<std::string>& removed) {
  restage_with_git(git_, added, removed);
}

std::optional<std::string> PlumbingRepository::find_config(const std::string& key) const {
  return git_.find_config(key);
}

std::vector<std::string> PlumbingRepository::list_changed() const {
  // Not diff-index: it takes a file whose times changed for a changed file, and misses one that was
  // staged and put back.
  const auto records = split_nul(git_.output({"status",
                                              "--porcelain=v1",
                                              "-z",
                                              "--untracked-files=no",
                                              "--no-renames",
                                              "--ignore-submodules=all"},
                                             {},
                                             kMaxListBytes));
  constexpr std::size_t kStatusColumns = 3;
  std::vector<std::string> paths;
  for (const auto& record : records) {
    if (record.size() > kStatusColumns) {
      paths.push_back(record.substr(kStatusColumns));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> PlumbingRepository::list_changed_between(const Oid& a,
                                                                  const Oid& b) const {
  require_commit(a);
  require_commit(b);
  auto paths = split_nul(git_.output({"diff-tree",
                                      "-r",
                                      "-z",
                                      "--name-only",
                                      "--no-renames",
                                      "--no-ext-diff",
                                      "--no-textconv",
                                      a,
                                      b},
                                     {},
                                     kMaxListBytes));
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<Oid> PlumbingRepository::list_commits_between(const Oid& from,
                                                          const Oid& to,
                                                          std::size_t most) const {
  require_commit(from);
  require_commit(to);
  return list_commits_between_by_git(git_, from, to, most);
}

std::vector<Oid> PlumbingRepository::list_history(const HistoryQuery& query) const {
  require_commit(query.from);
  return list_history_by_git(git_, query);
}

bool says_no_repository(std::string_view err) {
  return err.find("not a git repository (or any") != std::string_view::npos;
}

/// "fatal: detected dubious ownership in repository at '/srv/x'" → /srv/x
std::optional<fs::path> unsafe_directory(std::string_view err) {
  constexpr std::string_view kWords = "dubious ownership in repository at '";
  const auto begin = err.find(kWords);
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  const auto rest = err.substr(begin + kWords.size());
  return fs::path(rest.substr(0, rest.find("'\n")));
}

void refuse_unclean(const std::string& path) {
  if (!is_clean_path(path)) {
    throw Error(ErrorKind::config, fmt::format("{} is not a file to stage", quote(path)));
  }
}

/// A path as git reads it from a line.
std::string quote_line(const std::string& path) {
  if (path.front() != '"' && path.find('\n') == std::string::npos) {
    return path;
  }
  std::string quoted = "\"";
  for (const char letter : path) {
    if (letter == '"' || letter == '\\') {
      quoted += '\\';
    }
    quoted += letter == '\n' ? std::string("\\n") : std::string(1, letter);
  }
  return quoted + '"';
}

}  // namespace

bool is_ignored_by_git(const GitCommand& git, std::string_view path) {
  // check-ignore knows no --literal-pathspecs; behind "./" nothing is magic.
  return is_clean_path(path) &&
         ask(git, {"check-ignore", "--quiet", "--no-index", "--", "./" + std::string(path)});
}

std::vector<std::string> list_ignored_by_git(const GitCommand& git,
                                             const std::vector<std::string>& paths) {
  std::string input;
  for (const auto& path : paths) {
    if (is_clean_path(path)) {
      input += "./" + path + '\0';
    }
  }
  std::vector<std::string> ignored;
  if (input.empty()) {
    return ignored;
  }
  const std::vector<std::string> args{"check-ignore", "-z", "--stdin", "--no-index"};
  const auto done = git.run(args, std::move(input), kMaxListBytes);
  if (done.result.exit_code > 1) {
    GitCommand::fail(args, done);
  }
  for (const auto& path : split_nul(done.out)) {
    ignored.emplace_back(path.substr(2));
  }
  return ignored;
}

std::optional<IgnoreRule> find_ignore_rule_by_git(const GitCommand& git, std::string_view path) {
  if (!is_ignored_by_git(git, path)) {
    return std::nullopt;
  }
  const auto fields = split_nul(git.output({"check-ignore", "-v", "-z", "--stdin", "--no-index"},
                                           "./" + std::string(path) + '\0'));
  if (fields.size() != 4) {  // file, line, pattern, path
    throw Error(ErrorKind::corrupt, "git's list of ignore rules cannot be read");
  }
  return IgnoreRule{fields[0], fields[1], fields[2]};
}

void stage_with_git(const GitCommand& git,
                    const fs::path& work_tree,
                    const std::vector<std::string>& paths) {
  std::string list;
  for (const auto& path : paths) {
    const auto stat = is_clean_path(path) ? os::lstat_file(work_tree / path) : std::nullopt;
    if (!is_clean_path(path) || (stat && stat->kind == os::FileKind::directory)) {
      throw Error(ErrorKind::config, fmt::format("{} is not a file to stage", quote(path)));
    }
    list += path;
    list += '\0';
  }
  if (!paths.empty()) {
    git.output({"--literal-pathspecs", "add", "--pathspec-from-file=-", "--pathspec-file-nul"},
               std::move(list));
  }
}

void restage_with_git(const GitCommand& git,
                      const std::vector<std::string>& added,
                      const std::vector<std::string>& removed) {
  std::string paths;
  for (const auto& path : added) {
    refuse_unclean(path);
    paths += quote_line(path) + "\n";
  }
  const auto text =
      git.output({"hash-object", "-w", "--stdin-paths"}, std::move(paths), kMaxListBytes);
  const auto oids = split(text, '\n');
  if (oids.size() != added.size() + 1) {
    throw Error(ErrorKind::corrupt, "git's list of new objects cannot be read");
  }
  // A record of mode 0 takes the path out of the index.
  constexpr std::size_t kSha1Digits = 40;
  constexpr std::size_t kSha256Digits = 64;
  const bool is_sha256 = git.line({"rev-parse", "--show-object-format"}) == "sha256";
  const std::string nothing(is_sha256 ? kSha256Digits : kSha1Digits, '0');
  std::string records;
  for (const auto& path : removed) {
    refuse_unclean(path);
    records += fmt::format("0 {}\t{}", nothing, path) + '\0';
  }
  for (std::size_t i = 0; i < added.size(); ++i) {
    records += fmt::format("100644 {}\t{}", oids[i], added[i]) + '\0';
  }
  git.output({"update-index", "-z", "--index-info"}, std::move(records));
}

std::unique_ptr<Repository> open_with_plumbing(GitCommand git) {
  const std::vector<std::string> question{
      "rev-parse", "--is-bare-repository", "--is-inside-work-tree"};
  const auto done = git.run(question);
  if (done.result.exit_code != 0 && says_no_repository(done.err)) {
    return nullptr;
  }
  if (done.result.exit_code != 0) {
    if (const auto top = unsafe_directory(done.err); top) {
      refuse_unsafe(*top);
    }
    refuse_broken(git.directory(), GitCommand::first_words(done.err));
  }
  if (done.out == "true\nfalse\n") {
    refuse_bare(git.directory());
  }
  if (done.out != "false\ntrue\n") {
    refuse_inside_git_dir(git.directory());
  }
  // One question a call: a path may hold a line break.
  Places places;
  places.work_tree = git.line({"rev-parse", "--show-toplevel"});
  places.git_dir = git.line({"rev-parse", "--path-format=absolute", "--git-dir"});
  places.common_dir = git.line({"rev-parse", "--path-format=absolute", "--git-common-dir"});
  return std::make_unique<PlumbingRepository>(std::move(git), std::move(places));
}

}  // namespace mlops::git
