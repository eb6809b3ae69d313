#include "workspace/snapshot.h"

#include <chrono>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "workspace/stat_cache.h"
#include "workspace_fixture.h"

namespace mlops::workspace::test {
namespace {

using Catch::Matchers::Contains;

Snapshot hash(Fixture& f, const std::string& path, const SnapshotOptions& options = {}) {
  return hash_path(f.space(), path, options, f.progress, f.cancel);
}

TEST_CASE("hashing and storing agree, and name does not matter") {
  Fixture f;
  f.repo.write("d/a", std::string(1U << 20U, 'x'));
  f.repo.write("d/b/c", "");
  fs::create_directories(f / "d/empty");
  const auto writer = f.space().store().begin_write();
  const Snapshot stored = store_path(f.space(), *writer, "d", {}, f.progress, f.cancel);
  CHECK(stored.top == hash(f, "d").top);
  CHECK(stored.top.files == 2);
  CHECK(stored.top.size == 1U << 20U);
  fs::rename(f / "d", f / "renamed");
  CHECK(hash(f, "renamed").top == stored.top);
  fs::remove(f / "renamed/empty");
  CHECK(hash(f, "renamed").top.id != stored.top.id);
}

TEST_CASE("what did not change is not read again") {
  Fixture f;
  f.repo.write("d/a", "1234");
  f.repo.write("d/b", "5678");
  settle();
  CHECK(hash(f, "d").read_bytes == 8);
  CHECK(hash(f, "d").read_bytes == 0);
  f.space().save_stat_cache(f.progress);
  f.reopen();
  CHECK(hash(f, "d").read_bytes == 0);
  f.repo.write("d/a", "4321");
  settle();
  CHECK(hash(f, "d").read_bytes == 4);
  fs::permissions(f / "d/b", fs::perms::owner_exec, fs::perm_options::add);
  settle();
  CHECK(hash(f, "d").read_bytes == 4);
}

TEST_CASE("what is gone leaves the cache, what stays is not read again") {
  Fixture f;
  for (const char* path : {"d/a", "d/b", "d/c", "d2/a"}) {
    f.repo.write(path, "1234");
  }
  settle();
  CHECK(hash(f, "d").read_bytes == 12);
  CHECK(hash(f, "d2").read_bytes == 4);
  f.repo.write("d/a", "4321");
  fs::remove(f / "d/b");
  settle();
  CHECK(hash(f, "d").read_bytes == 4);
  const StatCache& cache = f.space().stat_cache();
  CHECK_FALSE(cache.has("d/b"));
  CHECK(cache.count_within("d") == 2);
  CHECK(hash(f, "d").read_bytes == 0);
  CHECK(hash(f, "d2").read_bytes == 0);
}

TEST_CASE("links are skipped or stored, and never followed", "[case-12]") {
  Fixture f;
  f.repo.write("d/a", "1");
  fs::create_symlink("/etc/passwd", f / "d/abs");
  fs::create_symlink("../..", f / "d/up");
  fs::create_symlink("self", f / "d/self");
  const Snapshot skipped = hash(f, "d");
  CHECK(skipped.top.files == 1);
  CHECK(skipped.skipped == std::vector<std::string>{"d/abs", "d/self", "d/up"});
  AddOptions options;
  options.snapshot.symlinks = Symlinks::store;
  f.add({"d"}, options);
  CHECK(f.state_of("d") == DataState::unchanged);
  fs::remove_all(f / "d");
  f.checkout();
  CHECK(fs::read_symlink(f / "d/abs") == "/etc/passwd");
  CHECK(fs::read_symlink(f / "d/up") == "../..");
  CHECK(fs::read_symlink(f / "d/self") == "self");
}

TEST_CASE("special and unreadable files are all named, or skipped on demand",
          "[case-53][case-54]") {
  Fixture f;
  f.repo.write("d/ok", "1");
  REQUIRE(mkfifo((f / "d/pipe").c_str(), 0600) == 0);
  for (int i = 0; i < 25; ++i) {
    REQUIRE(mkfifo((f / "d/pipe").string().append(std::to_string(i)).c_str(), 0600) == 0);
  }
  const Error error = error_of([&] { f.add({"d"}); });
  CHECK(error.kind() == ErrorKind::config);
  CHECK_THAT(error.message(), Contains("26 paths"));
  CHECK(error.context().size() == 21);
  CHECK_THAT(error.context().back(), Contains("and 6 more"));
  CHECK_FALSE(f.exists("d.mlops"));
  AddOptions options;
  options.snapshot.on_unreadable = OnUnreadable::skip;
  const AddResult result = f.add({"d"}, options);
  CHECK(result.data_sets[0].skipped.size() == 26);
  CHECK(result.data_sets[0].pointer.files == 1);
  CHECK_THAT(full_text(error_of([&] { f.add({"d/pipe"}); })), Contains("inside the data set"));
}

TEST_CASE("hard links are two files, sparse files their bytes", "[case-53][case-54]") {
  Fixture f;
  f.repo.write("d/a", "linked");
  fs::create_hard_link(f / "d/a", f / "d/b");
  fs::permissions(f / "d/a", fs::perms::set_uid | fs::perms::owner_all);
  const bool has_attribute = ::setxattr((f / "d/a").c_str(), "user.mlops", "1", 1, 0) == 0;
  f.repo.write("d/sparse", "");
  fs::resize_file(f / "d/sparse", 3U << 20U);
  f.repo.write("d/zero", "");
  f.add({"d"});
  fs::remove_all(f / "d");
  f.checkout();
  CHECK(f.repo.read("d/b") == "linked");
  CHECK(fs::hard_link_count(f / "d/a") == 1);
  CHECK((fs::status(f / "d/a").permissions() & fs::perms::set_uid) == fs::perms::none);
  char value = 0;
  CHECK((!has_attribute || ::getxattr((f / "d/a").c_str(), "user.mlops", &value, 1) < 0));
  CHECK(fs::file_size(f / "d/sparse") == 3U << 20U);
  CHECK(fs::file_size(f / "d/zero") == 0);
}

TEST_CASE("names that are git's or ours, or are taken for them elsewhere, are refused on add",
          "[case-04][case-05]") {
  const std::string name = GENERATE(as<std::string>(),
                                    ".git",
                                    ".GIT",
                                    ".mlops",
                                    ".MlOps",
                                    "git~1",
                                    ".git ",
                                    ".git.",
                                    ".git::$INDEX_ALLOCATION",
                                    ".g\u200cit");
  const std::string below = GENERATE(as<std::string>(), "", "/config");
  CAPTURE(name, below);
  Fixture f;
  f.repo.write("d/ok", "1");
  f.repo.write("d/deep/" + name + below, "x");
  const Error error = error_of([&] { f.add({"d"}); });
  CHECK_THAT(full_text(error), Contains(quote("d/deep/" + name)));
  CHECK_FALSE(f.exists("d.mlops"));
}

/// Changes a file each time that it is read, `times` times.
class Meddler final : public Progress {
 public:
  enum class How { grows, shrinks, same_size, replaced };
  Meddler(fs::path file, int times, How how) : file_(std::move(file)), times_(times), how_(how) {}
  void begin(std::string_view, std::uint64_t, std::uint64_t) override {}
  void advance(std::uint64_t, std::uint64_t bytes) override {
    if (bytes > 0 && done_ < times_) {
      ++done_;
      change();
    }
  }
  void end() override {}
  void warn(std::string_view) override {}

  static constexpr int kBytes = 2000;

 private:
  void change() const {
    const int more = how_ == How::grows ? done_ : how_ == How::shrinks ? -done_ : 0;
    const std::string content(static_cast<std::size_t>(kBytes + more), done_ % 2 == 0 ? 'v' : 'w');
    if (how_ != How::replaced) {
      mlops::test::write_file(file_, content);
      // Old kernels do not show two changes within one tick.
      fs::last_write_time(file_, fs::last_write_time(file_) - std::chrono::seconds(done_));
      return;
    }
    // Another file under the name, of the same size and time.
    const fs::path other = file_.string() + ".other";
    mlops::test::write_file(other, content);
    fs::last_write_time(other, fs::last_write_time(file_));
    fs::rename(other, file_);
  }

  fs::path file_;
  int times_;
  How how_;
  int done_ = 0;
};

TEST_CASE("a file that changes while it is read is read again, then named", "[case-52]") {
  using How = Meddler::How;
  Fixture f;
  const How how = GENERATE(How::grows, How::shrinks, How::same_size, How::replaced);
  CAPTURE(static_cast<int>(how));
  f.repo.write("x", std::string(Meddler::kBytes, 'a'));
  Meddler twice(f / "x", 2, how);
  const AddResult added = add_data(f.space(), {"x"}, {}, twice, f.cancel);
  const auto root = f.space().store().find_root(added.data_sets[0].pointer.root);
  CHECK(f.stored(root->top) == f.repo.read("x"));
  Meddler for_ever(f / "x", 1000, how);
  f.repo.write("x", std::string(Meddler::kBytes, 'b'));
  const std::string pointer = f.repo.read("x.mlops");
  CHECK_THAT(full_text(error_of([&] { add_data(f.space(), {"x"}, {}, for_ever, f.cancel); })),
             Contains("changed while it was read, 3 times"));
  CHECK(f.repo.read("x.mlops") == pointer);
}

}  // namespace
}  // namespace mlops::workspace::test
