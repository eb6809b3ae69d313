#include <cstddef>
#include <cstdint>

#include "fuzz/harness.h"
#include "workspace/dvc_files.h"
#include "workspace/tree_path.h"

/// Any bytes, by the first of them: a file of DVC whose paths stay in the work tree, or
/// Error{config}.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mlops;
  if (size == 0) {
    return 0;
  }
  const auto text = fuzz::as_text(data, size).substr(1);
  const auto check = [](const std::vector<workspace::DvcOut>& outs) {
    for (const workspace::DvcOut& out : outs) {
      fuzz::require(workspace::path_problem(out.path).empty());
      fuzz::require(store::parse_foreign(store::format_foreign(out.id)) == out.id);
    }
  };
  fuzz::expect_only({ErrorKind::config}, [&] {
    switch (data[0]) {
      case 'f':
        check(workspace::parse_dvc_file(text, "a/x.dvc", "x"));
        break;
      case 'l':
        check(workspace::parse_dvc_lock(text, std::nullopt, "a/dvc.lock", "x"));
        break;
      case 'p':
        check(workspace::parse_dvc_lock(
            "schema: '2.0'\nstages:\n  s:\n    outs:\n    - path: m\n      md5: "
            "00000000000000000000000000000000\n",
            std::string(text),
            "a/dvc.lock",
            "x"));
        break;
      case 'c':
        workspace::find_dvc_cache_dir(text, "x");
        break;
      default:
        for (const auto& file : workspace::parse_dvc_listing(text, "x")) {
          fuzz::require(workspace::path_problem(file.path).empty());
        }
    }
  });
  return 0;
}
