#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "workspace/dvc_files.h"
#include "workspace/tree_path.h"

namespace mlops::workspace {

namespace {

using nlohmann::json;

/// Values of keys that mean nothing here are passed over, to this depth.
constexpr std::size_t kMaxListingDepth = 32;

[[noreturn]] void fail_listing(const std::string& label,
                               const std::string& key,
                               std::string_view problem) {
  throw Error(ErrorKind::config,
              fmt::format("{}: {}{}{}", label, key, key.empty() ? "" : ": ", problem));
}

/// The events of nlohmann's parser, which does not recurse: a list of a million files is never held
/// as one document.
class ListingReader final : public nlohmann::json_sax<json> {
 public:
  explicit ListingReader(const std::string& label) : label_(label) {}
  std::vector<DvcListedFile> take() { return std::move(files_); }

  bool null() override { return scalar(); }
  bool boolean(bool) override { return scalar(); }
  bool number_integer(number_integer_t) override { return scalar(); }
  bool number_unsigned(number_unsigned_t) override { return scalar(); }
  bool number_float(number_float_t, const string_t&) override { return scalar(); }
  bool binary(binary_t&) override { return false; }
  bool string(string_t& value) override {
    if (depth_ == kInEntry && wanted_ != nullptr) {
      *wanted_ = std::move(value);
      wanted_ = nullptr;
      return true;
    }
    return scalar();
  }
  bool key(string_t& name) override {
    if (depth_ == kInEntry) {
      wanted_ = name == "relpath" ? &path_ : name == "md5" ? &md5_ : nullptr;
      if (wanted_ != nullptr && *wanted_) {
        fail(name, "stands there twice");
      }
      key_ = name;
    }
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == kInList) {
      fail({}, "must be a table");
    }
    return begin();
  }
  bool start_object(std::size_t) override {
    if (depth_ == 0) {
      fail_listing(label_, {}, "must be a list");
    }
    return begin();
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool end_object() override {
    if (depth_ == kInEntry) {
      finish();
    }
    --depth_;
    return true;
  }
  bool parse_error(std::size_t offset,
                   const std::string&,
                   const nlohmann::json::exception&) override {
    fail_listing(label_, {}, fmt::format("is no JSON from byte {} on", offset));
  }

 private:
  static constexpr std::size_t kInList = 1;
  static constexpr std::size_t kInEntry = 2;

  [[noreturn]] void fail(std::string_view key, std::string_view problem) const {
    fail_listing(
        label_, fmt::format("[{}]{}{}", files_.size(), key.empty() ? "" : ".", key), problem);
  }
  bool scalar() const {
    if (depth_ == 0) {
      fail_listing(label_, {}, "must be a list");
    }
    if (depth_ == kInList) {
      fail({}, "must be a table");
    }
    if (depth_ == kInEntry && wanted_ != nullptr) {
      fail(key_, "must be a text");
    }
    return true;
  }
  bool begin() {
    if (depth_ == kInEntry && wanted_ != nullptr) {
      fail(key_, "must be a text");
    }
    if (++depth_ > kMaxListingDepth) {
      fail_listing(label_, {}, "nested too deeply");
    }
    return true;
  }
  void finish() {
    if (!path_ || !md5_) {
      fail({}, "must have relpath and md5");
    }
    if (const std::string problem = path_problem(*path_); !problem.empty()) {
      fail("relpath", fmt::format("{} {}", quote(*path_), problem));
    }
    if (!is_dvc_md5(*md5_)) {
      fail("md5", "must be 32 hex digits");
    }
    files_.push_back({*std::move(path_), *std::move(md5_)});
    path_.reset();
    md5_.reset();
    wanted_ = nullptr;
  }

  const std::string& label_;
  std::vector<DvcListedFile> files_;
  std::size_t depth_ = 0;
  std::optional<std::string> path_;
  std::optional<std::string> md5_;
  std::optional<std::string>* wanted_ = nullptr;  ///< what the value of this key is
  std::string key_;
};

/// "a", "a/b": nothing may be a file and a directory, or stand there twice. Sorted by path.
void check_listing(const std::vector<DvcListedFile>& files, const std::string& label) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i > 0 && files[i].path == files[i - 1].path) {
      fail_listing(label, {}, fmt::format("lists {} twice", quote(files[i].path)));
    }
    for (const std::string_view ancestor : ancestors_of(files[i].path)) {
      const auto found = std::lower_bound(
          files.begin(), files.end(), ancestor, [](const DvcListedFile& a, std::string_view b) {
            return a.path < b;
          });
      if (found != files.end() && found->path == ancestor) {
        fail_listing(label, {}, fmt::format("lists {} as file and as directory", quote(ancestor)));
      }
    }
  }
}

}  // namespace

std::vector<DvcListedFile> parse_dvc_listing(std::string_view text, const std::string& label) {
  if (text.size() > kMaxDvcListingBytes) {
    fail_listing(label, {}, fmt::format("is larger than {} bytes", kMaxDvcListingBytes));
  }
  ListingReader reader(label);
  json::sax_parse(text.begin(), text.end(), &reader);
  std::vector<DvcListedFile> files = reader.take();
  std::sort(files.begin(), files.end(), [](const DvcListedFile& a, const DvcListedFile& b) {
    return a.path < b.path;
  });
  check_listing(files, label);
  return files;
}

}  // namespace mlops::workspace
