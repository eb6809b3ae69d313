#include "app/complete.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "app/command.h"
#include "app/context.h"
#include "base/text.h"
#include "support/git_repo.h"

using mlops::app::Command;
using mlops::app::commands;
using mlops::app::complete;
using mlops::app::Context;
using mlops::app::Flag;

namespace {

using Words = std::vector<std::string>;

Context context_in(const std::filesystem::path& directory) {
  mlops::app::ProcessEnvironment environment;
  environment.variables = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory.string()}};
  environment.directory = directory;
  mlops::app::GlobalOptions options;
  options.directory = directory;
  return {std::move(environment), std::move(options)};
}

Words words_of(const std::string& path) {
  Words words;
  for (const std::string_view word : mlops::split(path, ' ')) {
    words.emplace_back(word);
  }
  return words;
}

bool offers(const Words& offered, const std::string& word) {
  return std::find(offered.begin(), offered.end(), word) != offered.end();
}

}  // namespace

TEST_CASE("every command and every flag is offered", "[complete]") {
  const mlops::test::TempDir nowhere;
  Context context = context_in(nowhere.path());
  for (const Command& command : commands()) {
    INFO(command.path);
    Words words = words_of(command.path);
    CHECK(offers(complete(context, words), words.back()));
    words.emplace_back("-");
    const Words offered = complete(context, words);
    for (const Flag& flag : command.flags) {
      INFO(flag.name);
      CHECK(offered.size() >= command.flags.size());
      CHECK(offers(offered, "--" + flag.name));
    }
    for (const Flag& flag : mlops::app::global_flags()) {
      CHECK(offers(offered, flag.name.empty() ? std::string("-") + flag.letter : "--" + flag.name));
    }
  }
}

TEST_CASE("a flag that waits for a value gets its choices", "[complete]") {
  const mlops::test::TempDir nowhere;
  Context context = context_in(nowhere.path());
  CHECK(complete(context, {"diff", "--format", ""}) ==
        Words{"csv", "github", "gitlab", "html", "json", "junit", "md", "openmetrics", "table"});
  CHECK(complete(context, {"--color", "n"}) == Words{"never"});
  CHECK(complete(context, {"diff", "--policy", ""}).empty());
}

TEST_CASE("outside a repository, and with a broken pipeline, names are just missing",
          "[complete]") {
  const mlops::test::TempDir nowhere;
  Context outside = context_in(nowhere.path());
  CHECK(complete(outside, {"run", ""}).empty());
  const mlops::test::GitRepo repo;
  repo.write("pipeline.toml", "schema = [");
  Context context = context_in(repo.path());
  CHECK(complete(context, {"run", ""}).empty());
}

TEST_CASE("stages and branches of the repository are offered", "[complete]") {
  const mlops::test::GitRepo repo;
  repo.write("pipeline.toml",
             "schema = 1\nname = \"x\"\n[stage.train]\ncmd = \"true\"\n[stage.test]\ncmd = "
             "\"true\"\n");
  Context context = context_in(repo.path());
  CHECK(complete(context, {"run", "t"}) == Words{"test", "train"});
  CHECK(complete(context, {"diff", "H"}) == Words{"HEAD"});
}

TEST_CASE("each shell has a script", "[complete]") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CHECK(mlops::app::completion_script(shell).find("mlops completion --words --") !=
          std::string::npos);
  }
}
