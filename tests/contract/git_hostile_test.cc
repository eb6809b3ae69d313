#include <catch2/catch.hpp>

#include "contract/git_contract.h"
#include "git/repository.h"
#include "support/git_repo.h"

using namespace mlops::test;  // NOLINT(google-build-using-namespace): the suite's own vocabulary
using mlops::git::Backend;
namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

TEST_CASE("names with spaces, line breaks, invalid UTF-8, leading dashes, pathspec magic",
          "[git]") {
  const Paths names{" lead",
                    "-dash",
                    ":(glob)x",
                    "[a]*?",
                    "\\back",
                    "a b",
                    "line\nbreak",
                    "q\"uote",
                    "tab\tx",
                    "\xff\xfe"};
  const GitRepo repo;
  for (const auto& name : names) {
    repo.write("d/" + name, name);
  }
  const auto head = repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  Paths expected;
  for (const auto& name : names) {
    expected.push_back("d/" + name);
  }
  CHECK(paths_of(git->list_tree(head, "d")) == expected);
  CHECK(paths_of(git->list_index()) == expected);
  for (const auto& name : names) {
    INFO(name);
    const auto entry = git->find_entry(head, "d/" + name);
    REQUIRE(entry);
    CHECK(git->read_blob(entry->oid, 100) == name);
    CHECK(git->is_tracked("d/" + name));
    CHECK_FALSE(git->is_ignored("d/" + name));
    repo.write("d/" + name, "changed");
  }
  CHECK(git->list_changed() == expected);
  for (const auto& name : names) {
    repo.write(name, name);
  }
  git->stage(names);
  CHECK(git->list_index().size() == 2 * names.size());
  const auto second = repo.commit("second");
  CHECK(git->list_changed_between(head, second).size() == 2 * names.size());
}

TEST_CASE("a work tree whose own path has spaces and line breaks", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  const auto head = repo.commit("first");
  const auto odd = repo.directory() / "-odd \n name\xff";
  fs::rename(repo.path(), odd);
  const auto git = open_at(odd, options_for(repo, every_backend()));
  CHECK(git->work_tree() == odd);
  CHECK(git->common_dir() == odd / ".git");
  CHECK(git->find_entry(head, "a"));
  write_file(odd / "b", "b");
  git->stage({"b"});
  CHECK(git->is_tracked("b"));
}

TEST_CASE("revisions that look like options, commands or floods do nothing", "[git][case-19]") {
  const GitRepo repo;
  repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  for (const auto& bad : {std::string("--upload-pack=touch pwned"),
                          std::string("-x"),
                          std::string("--"),
                          std::string("--end-of-options"),
                          std::string(),
                          std::string("a\nb"),
                          std::string("a\0b", 3),
                          std::string("\x1b[2J"),
                          std::string(4U << 20U, 'a'),
                          std::string(4097, '0'),
                          std::string("HEAD\n")}) {
    INFO(bad.substr(0, 40));
    try {
      git->find_commit(bad);
      FAIL("accepted");
    } catch (const mlops::Error& error) {
      CHECK(error.kind() == mlops::ErrorKind::usage);
      CHECK(error.message().size() < 400);
    }
  }
  for (const auto* const none : {";rm -rf .",
                                 "`touch pwned`",
                                 "$(touch pwned)",
                                 "main;touch pwned",
                                 "main|touch pwned",
                                 "HEAD..HEAD",
                                 "^HEAD",
                                 "main main",
                                 "HEAD^{tree}",
                                 "HEAD^{/nope}",
                                 "@{9999999}",
                                 "*",
                                 "../../etc/passwd",
                                 "HEAD:",
                                 "HEAD^{commit",
                                 "~",
                                 "^",
                                 "@{"}) {
    INFO(none);
    CHECK(git->find_commit(none) == std::nullopt);
  }
  CHECK(git->find_commit("HEAD^{commit}") == git->find_commit("HEAD"));
  CHECK_FALSE(fs::exists(repo / "pwned"));
}

TEST_CASE("branches and tags with hostile names are plain names", "[git][case-19]") {
  const GitRepo repo;
  const auto head = repo.commit("first");
  const Paths names{"refs/heads/$(touch pwned)",
                    "refs/heads/--upload-pack=x",
                    "refs/heads/;rm",
                    "refs/heads/`id`",
                    "refs/heads/a'b\"c"};
  for (const auto& name : names) {
    if (name.find(' ') == std::string::npos) {
      repo.git({"update-ref", name, head});
    }
  }
  const auto git = open_repo(repo, every_backend());
  CHECK(git->list_refs().size() == 5);
  CHECK(git->find_commit("refs/heads/--upload-pack=x") == head);
  CHECK(git->find_commit("`id`") == head);
  CHECK(git->find_commit(";rm") == head);
  CHECK(git->find_commit("a'b\"c") == head);
  repo.git({"symbolic-ref", "HEAD", "refs/heads/--upload-pack=x"});
  CHECK(git->head_branch() == "--upload-pack=x");
}

TEST_CASE("ambiguous names: a tag before a branch, an object id before a name", "[git]") {
  const GitRepo repo;
  const auto first = repo.commit("first");
  const auto second = repo.commit("second");
  repo.git({"tag", "same", first});
  repo.git({"branch", "same", second});
  repo.git({"update-ref", "refs/heads/" + first, second});
  repo.git({"update-ref", "refs/heads/" + std::string(40, 'a'), second});
  const auto git = open_repo(repo, every_backend());
  CHECK(git->find_commit("same") == first);
  CHECK(git->find_commit("refs/heads/same") == second);
  CHECK(git->find_commit(first) == first);
  CHECK(git->find_commit(std::string(40, 'a')) == std::nullopt);
}

TEST_CASE("a short hash that fits several commits is ambiguous", "[git]") {
  const GitRepo repo;
  // Found by trial: with these dates and names both ids start with the same four digits.
  const auto tree = repo.git({"write-tree"}).substr(0, 40);
  const auto first = repo.git({"commit-tree", "-m", "59", tree}).substr(0, 40);
  const auto second = repo.git({"commit-tree", "-m", "99", tree}).substr(0, 40);
  REQUIRE(first != second);
  REQUIRE(first.substr(0, 4) == second.substr(0, 4));
  const auto git = open_repo(repo, every_backend());
  CHECK(error_kind([&] { git->find_commit(first.substr(0, 4)); }) == "usage");
  CHECK(git->find_commit(first.substr(0, 12)) == first);
}

TEST_CASE("a git planted in the work tree or in PATH's relative entries never runs",
          "[git][case-21]") {
  const auto backend = every_backend();
  const GitRepo repo;
  repo.write("a", "a");
  const auto marker = repo.directory() / "pwned";
  const auto script = "#!/bin/sh\ntouch '" + marker.string() + "'\nexit 1\n";
  for (const auto* const place : {"git", "bin/git", "git-upload-pack", "sh"}) {
    repo.write(place, script);
    fs::permissions(repo / place, fs::perms::owner_all);
  }
  auto options = options_for(repo, backend);
  options.search_path = ".::bin:" + std::string(kSearchPath);
  const auto git = open_at(repo.path(), options);
  git->stage({"a"});
  CHECK(git->is_tracked("a"));
  CHECK_FALSE(git->list_changed().empty());
  CHECK(mlops::git::git_version(options));
  CHECK_FALSE(fs::exists(marker));
  options.search_path = ".::bin";
  CHECK(mlops::git::git_version(options) == std::nullopt);
  options.backend = Backend::plumbing;
  CHECK(error_kind([&] { mlops::git::open_repository(repo.path(), options); }) == "config");
  CHECK_FALSE(fs::exists(marker));
}

TEST_CASE("a deep tree costs no stack", "[git]") {
  const GitRepo repo;
  repo.write("a", "a");
  repo.git({"add", "a"});
  auto tree = repo.git({"write-tree"}).substr(0, 40);
  // 250 levels written by hand: deeper than anybody's data, within every path limit.
  for (int level = 0; level < 250; ++level) {
    repo.git({"read-tree", "--empty"});
    repo.git({"read-tree", "--prefix=d/", tree});
    tree = repo.git({"write-tree"}).substr(0, 40);
  }
  const auto commit = repo.git({"commit-tree", "-m", "deep", tree}).substr(0, 40);
  repo.git({"update-ref", "refs/heads/deep", commit});
  const auto entries = open_repo(repo, every_backend())->list_tree(commit, "");
  REQUIRE(entries.size() == 1);
  CHECK(entries.front().path.size() == 501);
}

TEST_CASE("damaged objects are named, not believed", "[git]") {
  const GitRepo repo;
  repo.write("a", "content");
  const auto head = repo.commit("first");
  const auto git = open_repo(repo, every_backend());
  const auto oid = git->find_entry(head, "a")->oid;
  const auto object = repo / (".git/objects/" + oid.substr(0, 2) + "/" + oid.substr(2));
  SECTION("gone") {
    fs::remove(object);
  }
  SECTION("garbage") {
    fs::permissions(object, fs::perms::owner_all);
    write_file(object, "garbage");
  }
  CHECK(error_kind([&] { git->read_blob(oid, 100); }) == "corrupt");
}
