#include "store/leftovers.h"

#include <algorithm>

#include "os/file.h"

namespace mlops::store {

namespace {

constexpr std::string_view kTemporaryPrefix = "tmp-";

bool is_fan_out(const fs::path& path) {
  const auto stat = os::lstat_file(path);
  return stat && stat->kind == os::FileKind::directory;
}

void add_results(const StoreParts& parts, std::vector<fs::path>& found) {
  const fs::path top = parts.layout.results();
  for (const std::string& fan_out : os::list_directory(top)) {
    if (!is_fan_out(top / fan_out)) {
      continue;
    }
    for (const std::string& name : os::list_directory(top / fan_out)) {
      const auto key = ObjectId::parse(name);
      const bool is_miss = key && fan_out == name.substr(0, 2) && !parts.results.find(*key);
      if (is_miss || name.starts_with(kTemporaryPrefix)) {
        found.push_back(top / fan_out / name);
      }
    }
  }
}

}  // namespace

std::vector<fs::path> find_leftovers(const StoreParts& parts) {
  std::vector<fs::path> found;
  for (const std::string& name : os::list_directory(parts.layout.temporary())) {
    if (name.starts_with(kTemporaryPrefix)) {
      found.push_back(parts.layout.temporary() / name);
    }
  }
  for (const std::string& name : os::list_directory(parts.layout.contents())) {
    const bool is_entry = ObjectId::parse(name).has_value();
    if (name.starts_with(kTemporaryPrefix) || (is_entry && !parts.roots.is_content_entry(name))) {
      found.push_back(parts.layout.contents() / name);
    }
  }
  add_results(parts, found);
  for (fs::path& path : found) {
    path = path.lexically_relative(parts.layout.top);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace mlops::store
