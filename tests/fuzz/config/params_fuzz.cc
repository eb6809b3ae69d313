#include <cstddef>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "config/params.h"
#include "fuzz/harness.h"

namespace {

using namespace mlops;
using mlops::config::Params;

/// What a file gives can be written in the canonical form and read again, the same.
void check_file(std::string_view text, const std::string& file) {
  fuzz::expect_only({ErrorKind::config}, [&] {
    Params params;
    params.merge_text(text, file);
    const auto canonical = config::canonical_json(params.all());
    Params again;
    again.merge_text(canonical, "p.json");
    fuzz::require(config::canonical_json(again.all()) == canonical);
    again.merge_text(text, file);
    fuzz::require(config::canonical_json(again.all()) == canonical);
    for (const auto& [key, value] : params.all().items()) {
      const bool dotted = key.find('.') != std::string::npos;
      fuzz::require(dotted || params.find(key) != nullptr);
    }
  });
}

}  // namespace

/// The bytes as a file of each format, and as the argument of --set.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  for (const char* file : {"p.toml", "p.json", "p.yaml", "p.txt"}) {
    check_file(text, file);
  }
  fuzz::expect_only({ErrorKind::usage, ErrorKind::config}, [&] {
    Params params;
    params.set("a.b=1");
    params.set(text);
    fuzz::require(params.find(text.substr(0, text.find('='))) != nullptr || text.front() <= ' ' ||
                  text[text.find('=') - 1] <= ' ');
  });
  return 0;
}
