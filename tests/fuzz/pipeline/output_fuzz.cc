#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/harness.h"
#include "pipeline/output_lines.h"
#include "pipeline/scrubber.h"

namespace {

using namespace mlops;
using namespace mlops::pipeline;

/// The same bytes, in pieces of one size.
template <typename Feed>
void in_pieces(std::string_view text, std::size_t size, Feed feed) {
  for (std::size_t at = 0; at < text.size(); at += size) {
    feed(text.substr(at, size));
  }
}

std::vector<std::string> lines_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> lines;
  LineCutter cutter([&](std::string_view line) { lines.emplace_back(line); });
  in_pieces(text, piece, [&](std::string_view bytes) { cutter.feed(bytes); });
  cutter.finish();
  return lines;
}

std::string scrubbed(const std::vector<std::string>& values,
                     std::string_view text,
                     std::size_t piece) {
  std::string out;
  Scrubber scrubber(values, [&](std::string_view bytes) { out += bytes; });
  in_pieces(text, piece, [&](std::string_view bytes) { scrubber.feed(bytes); });
  scrubber.finish();
  return out;
}

}  // namespace

/// What a stage prints. However its pieces are cut, the same lines come out, and nothing that gives
/// a secret away.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::string> kSecrets{"pa/ss+w?rd~42", "first line\nsecond line"};
  static const auto kSpellings = spellings_of(kSecrets);
  const std::size_t piece = size == 0 ? 1 : 1 + data[0] % 16;
  const auto text = fuzz::as_text(data, size);
  const auto lines = lines_of(text, piece);
  fuzz::require(lines == lines_of(text, text.size() + 1));
  for (const auto& line : lines) {
    fuzz::require(line.size() <= kMaxLineBytes && line.find_first_of("\r\n") == line.npos);
  }
  const auto out = scrubbed(kSecrets, text, piece);
  fuzz::require(out == scrub(kSecrets, text) && scrubbed({}, text, piece) == text);
  for (const auto& spelling : kSpellings) {
    fuzz::require(out.find(spelling) == out.npos);
  }
  return 0;
}
