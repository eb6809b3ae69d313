#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlops::diff {

/// Keeps the keys of the smallest hashes, whatever the order in which they come: a choice that
/// follows from the keys alone. One thread.
class KeptKeys {
 public:
  explicit KeptKeys(std::size_t limit) : limit_(limit) {}
  /// `text()` is asked for only where the key is kept.
  template <typename Text>
  void offer(std::uint64_t hash, Text text) {
    if (kept_.size() < limit_ || hash < kept_.rbegin()->first) {
      kept_.emplace(hash, text());
      if (kept_.size() > limit_) {
        kept_.erase(std::prev(kept_.end()));
      }
    }
  }
  void add(const KeptKeys& other) {
    for (const auto& [hash, text] : other.kept_) {
      offer(hash, [&text = text] { return text; });
    }
  }
  /// The text of the smallest one; empty without any.
  std::string first() const { return kept_.empty() ? std::string() : kept_.begin()->second; }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const auto& [hash, text] : kept_) {
      texts.push_back(text);
    }
    return texts;
  }

 private:
  std::size_t limit_;
  std::set<std::pair<std::uint64_t, std::string>> kept_;
};

}  // namespace mlops::diff
