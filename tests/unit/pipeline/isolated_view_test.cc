#include "pipeline/isolated_view.h"

#include <catch2/catch.hpp>

using mlops::pipeline::find_wanted;
using Names = std::vector<std::string>;

TEST_CASE("what the log of an isolated stage names is found among what it did not see") {
  const Names files{"helper.py", "src/pkg/mod.py", "src/pkg/__init__.py", "data/x.csv", "a"};
  CHECK(find_wanted(files, {"ModuleNotFoundError: No module named 'helper'"}) ==
        Names{"helper.py"});
  CHECK(find_wanted(files, {"No module named 'pkg.mod'; 'pkg' is not a package"}) ==
        Names{"src/pkg/__init__.py", "src/pkg/mod.py"});
  CHECK(find_wanted(files, {"cat: data/x.csv: No such file or directory"}) == Names{"data/x.csv"});
  CHECK(find_wanted(files, {"open '/home/me/tree/data/x.csv' failed."}) == Names{"data/x.csv"});
  CHECK(find_wanted(files, {"x.csv."}) == Names{"data/x.csv"});
}

TEST_CASE("names inside of longer ones, and very short ones, are no names") {
  CHECK(find_wanted({"x.csv", "a"}, {"index.csv x.csv.gz my-x.csv a b c"}).empty());
  CHECK(find_wanted({"helper.py"}, {"the helper failed", "'helpers'"}).empty());
  CHECK(find_wanted({"x.csv"}, {}).empty());
}
