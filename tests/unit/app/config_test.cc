#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "app/command.h"
#include "app/context.h"
#include "support/git_repo.h"
#include "top/verbs.h"
#include "unit/os/swap_at_each_call.h"

using mlops::app::Arguments;
using mlops::app::Context;
namespace fs = std::filesystem;

TEST_CASE("config --tracked writes into no other directory", "[config][case-11]") {
  const mlops::test::GitRepo repo;
  const fs::path outside = repo.directory() / "outside";
  mlops::test::write_file(outside / "config.toml", "schema = 1\n# canary\n");
  Arguments arguments;
  arguments.add_flag("tracked", "");
  arguments.add_word("data.stage");
  arguments.add_word("false");
  const auto swaps = mlops::os::swap_at_each_call(
      repo / ".mlops",
      outside,
      [&] {
        repo.write(".mlops/config.toml", "schema = 1\n");
        return true;
      },
      [&](bool) {
        mlops::app::ProcessEnvironment environment;
        environment.variables = {{"PATH", "/usr/bin:/bin"}, {"HOME", repo.directory().string()}};
        environment.directory = repo.path();
        mlops::app::GlobalOptions options;
        options.directory = repo.path();
        Context context(std::move(environment), std::move(options));
        mlops::top::config_command().run(context, arguments);
      });
  CHECK(swaps > 5);
  CHECK(repo.read(".mlops/config.toml").find("stage = false") != std::string::npos);
}
