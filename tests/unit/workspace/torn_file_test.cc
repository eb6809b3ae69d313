#include "workspace/torn_file.h"

#include <catch2/catch.hpp>

#include "codec/bytes.h"
#include "unit/workspace/workspace_fixture.h"
#include "workspace/data_sets.h"
#include "workspace/partial_checkout.h"

namespace mlops::workspace::test {
namespace {

/// Longer than a piece of a stored file, and not a whole number of sectors.
std::string lines(std::size_t size) {
  std::string text;
  for (std::uint64_t value = 1; text.size() < size; value = value * 6364136223846793005U + 1) {
    text += std::to_string(value) + '\n';
  }
  text.resize(size);
  return text;
}

struct Torn {
  Fixture f;
  std::string content = lines(700'001);
  store::Entry wanted = put();

  store::Entry put() {
    const auto writer = f.space().store().begin_write();
    std::string_view left = content;
    store::Entry entry = writer->put_file(
        [&](std::span<std::uint8_t> buffer) {
          const std::size_t count = std::min(buffer.size(), left.size());
          std::copy_n(left.begin(), count, buffer.begin());
          left.remove_prefix(count);
          return count;
        },
        {"data", ""});
    writer->commit(entry);
    return entry;
  }
  bool holds(const std::string& text) {
    f.repo.write("file", text);
    const auto stat = f.space().tree().lstat("file");
    REQUIRE(stat);
    return is_torn(f.space().tree(), "file", *stat, f.space().store(), wanted);
  }
};

/// The user's Ctrl-C after the first piece that was written.
class StopAtFirstPiece final : public Progress {
 public:
  explicit StopAtFirstPiece(CancelToken& cancel) : cancel_(cancel) {}
  void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
  void advance(std::uint64_t, std::uint64_t bytes) override {
    if (bytes > 0) {
      cancel_.cancel();
    }
  }
  void end() override {}
  void warn(std::string_view) override {}

 private:
  CancelToken& cancel_;
};

TEST_CASE("a file is torn when nothing in it is anybody's but the version's", "[case-60]") {
  Torn torn;
  const std::string& content = torn.content;
  CHECK(torn.holds(""));
  CHECK(torn.holds(content.substr(0, 1)));
  CHECK(torn.holds(content.substr(0, 512 * 100 + 17)));
  CHECK(torn.holds(std::string(content.size(), '\0')));
  std::string text = content;
  for (const std::size_t sector : {0U, 511U, 512U, 1367U}) {
    const std::size_t at = sector * 512;
    text.replace(at, std::min<std::size_t>(512, text.size() - at), 512, '\0');
    text.resize(content.size());
    CHECK(torn.holds(text));
  }

  text = content;
  text[600] = '\0';
  CHECK_FALSE(torn.holds(text));
  text = std::string(content.size(), '\0');
  text.back() = 'x';
  CHECK_FALSE(torn.holds(text));
  text = content;
  text.replace(512 * 7, 512, 512, '\n');
  CHECK_FALSE(torn.holds(text));
  CHECK_FALSE(torn.holds(content + '\0'));
  CHECK_FALSE(torn.holds(content.substr(1)));
}

TEST_CASE("a file that changes meanwhile, or a link, is not torn") {
  Torn torn;
  CHECK(torn.holds(""));
  auto stat = torn.f.space().tree().lstat("file");
  ++stat->mtime_ns;
  CHECK_FALSE(is_torn(torn.f.space().tree(), "file", *stat, torn.f.space().store(), torn.wanted));
  torn.wanted.kind = store::EntryKind::symlink;
  CHECK_FALSE(torn.holds(""));
}

TEST_CASE("what a power cut left of a checkout is moved away and written again", "[case-60]") {
  Fixture f;
  f.repo.write("d/a", lines(2000));
  f.repo.write("d/b", "b");
  f.add({"d"});
  const auto pointer = read_pointer(f.space(), "d");
  fs::remove_all(f / "d");
  f.repo.write("d/a", lines(2000).substr(0, 700));
  f.repo.write("d/b", "");

  // The user's own, until there is a note that a checkout did not end.
  CHECK(f.checkout().total.kept == std::vector<std::string>{"d/a", "d/b"});
  note_unfinished_checkout(f.space(), "d", pointer->root);
  const RestoreResult total = f.checkout().total;
  CHECK(total.kept.empty());
  CHECK(total.rescued == std::vector<std::string>{"d/a", "d/b"});
  CHECK(f.repo.read("d/a") == lines(2000));
  CHECK(fs::file_size(fs::path(total.rescue_directory) / "d/a") == 700);
  CHECK_FALSE(is_checkout_unfinished(f.space(), "d"));
}

TEST_CASE("half of another version than is wanted now is no change of the user's either") {
  Fixture f;
  f.repo.write("d/a", lines(2000));
  f.repo.write("d/gone", lines(3000));
  f.add({"d"});
  const auto old_pointer = read_pointer(f.space(), "d");
  f.repo.write("d/a", "new");
  fs::remove(f / "d/gone");
  f.add({"d"});
  f.repo.write("d/a", lines(2000).substr(0, 700));
  f.repo.write("d/gone", lines(3000).substr(0, 1024));

  note_unfinished_checkout(f.space(), "d", old_pointer->root);
  const RestoreResult total = f.checkout().total;
  CHECK(total.kept.empty());
  CHECK(total.rescued == std::vector<std::string>{"d/a", "d/gone"});
  CHECK(f.repo.read("d/a") == "new");
  CHECK_FALSE(fs::exists(f / "d/gone"));
}

TEST_CASE("an interrupted checkout takes back the file that it was at") {
  Fixture f;
  f.repo.write("d/a", lines(700'001));
  f.add({"d"});
  fs::remove_all(f / "d");
  StopAtFirstPiece progress(f.cancel);
  CHECK_THROWS_AS(checkout_data(f.space(), {}, progress, f.cancel), Error);
  CHECK_FALSE(fs::exists(f / "d/a"));
  CHECK(is_checkout_unfinished(f.space(), "d"));
}

TEST_CASE("what the user changed after an interrupted checkout stays") {
  Fixture f;
  f.repo.write("d/a", lines(2000));
  f.add({"d"});
  note_unfinished_checkout(f.space(), "d", read_pointer(f.space(), "d")->root);
  f.repo.write("d/a", "mine");
  const RestoreResult total = f.checkout().total;
  CHECK(total.kept == std::vector<std::string>{"d/a"});
  CHECK(f.repo.read("d/a") == "mine");
}

}  // namespace
}  // namespace mlops::workspace::test
