#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "app/command.h"
#include "base/error.h"
#include "base/text.h"

namespace mlops::app {

bool Arguments::has(std::string_view flag) const {
  return flags_.find(flag) != flags_.end();
}

std::optional<std::string> Arguments::find(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> Arguments::list(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> Arguments::flag_names() const {
  std::vector<std::string> names;
  names.reserve(flags_.size());
  for (const auto& [name, values] : flags_) {
    names.push_back(name);
  }
  return names;
}

std::optional<std::uint64_t> Arguments::find_count(std::string_view flag) const {
  const std::optional<std::string> text = find(flag);
  if (!text) {
    return std::nullopt;
  }
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  if (error != std::errc{} || end != text->data() + text->size()) {
    throw Error(ErrorKind::usage,
                fmt::format("--{} wants a number, not {}", flag, quote(*text)),
                fmt::format("such as --{} 4", flag));
  }
  return count;
}

void Arguments::add_flag(const std::string& flag, std::string value) {
  flags_[flag].push_back(std::move(value));
}

const Flag* Command::find_flag(std::string_view name) const {
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

}  // namespace mlops::app
