#include "pipeline/dvc_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "config/params.h"

namespace mlops::pipeline {

namespace {

using nlohmann::json;

/// As DVC reads "a[0].b": brackets are another way to write dots.
std::vector<std::string> components_of(std::string_view expression) {
  std::string normal;
  for (const char c : expression) {
    if (c == '[') {
      normal += '.';
    } else if (c != ']') {
      normal += c;
    }
  }
  std::vector<std::string> components;
  for (const auto part : split(normal, '.')) {
    components.emplace_back(trim(part));
  }
  return components;
}

struct Below {
  const json* value = nullptr;
  bool went_through_list = false;
};

/// The value at `path` from its `first` component on.
Below descend(const json& top, const std::vector<std::string>& path, std::size_t first) {
  Below at{&top};
  for (std::size_t i = first; i < path.size() && at.value != nullptr; ++i) {
    const json& value = *at.value;
    at.value = nullptr;
    if (value.is_object()) {
      const auto found = value.find(path[i]);
      at.value = found == value.end() ? nullptr : &*found;
    } else if (value.is_array()) {
      std::size_t index = 0;
      const char* const end = path[i].data() + path[i].size();
      const auto parsed = std::from_chars(path[i].data(), end, index);
      at.went_through_list = true;
      at.value = parsed.ec == std::errc{} && parsed.ptr == end && index < value.size()
                     ? &value[index]
                     : nullptr;
    }
  }
  return at;
}

std::string joined(const std::vector<std::string>& path, std::size_t first, std::size_t end) {
  std::string text;
  for (std::size_t i = first; i < end; ++i) {
    text += (text.empty() ? "" : ".") + path[i];
  }
  return text;
}

/// Python's repr: the shortest digits that give the number back, exponents outside of 1e-4…1e16.
std::string python_number(double value) {
  std::array<char, 40> buffer{};
  const auto done = std::to_chars(
      buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  std::string text(buffer.data(), done.ptr);
  const std::string sign = text.starts_with('-') ? "-" : "";
  text.erase(0, sign.size());
  const auto e = text.find('e');
  const int exponent = std::stoi(text.substr(e + 1));
  std::string digits = text.substr(0, e);
  std::erase(digits, '.');
  const int count = static_cast<int>(digits.size());
  constexpr int kLeast = -4;
  constexpr int kMost = 16;
  if (exponent < kLeast || exponent >= kMost) {
    return fmt::format("{}{}{}{}e{}{:02}",
                       sign,
                       digits.substr(0, 1),
                       count > 1 ? "." : "",
                       digits.substr(1),
                       exponent < 0 ? '-' : '+',
                       std::abs(exponent));
  }
  if (exponent < 0) {
    return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  if (count <= exponent + 1) {
    return sign + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0') + ".0";
  }
  return sign + digits.insert(static_cast<std::size_t>(exponent) + 1, ".");
}

/// DVC's YAML takes `1_000` and `0b11` for numbers, ours for texts; after parsing nobody can tell
/// whether they were quoted.
bool may_be_number_of_dvc(std::string_view text) {
  const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
  if (text.starts_with('-') || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto only = [&](std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
  };
  if (!has_digit || text.empty()) {
    return false;
  }
  if (text.starts_with("0b") || text.starts_with("0o") || text.starts_with("0x")) {
    text.remove_prefix(2);
    return only("0123456789abcdefABCDEF_");
  }
  const bool starts = text.front() == '.' || (text.front() >= '0' && text.front() <= '9');
  return starts && text.find('_') != std::string_view::npos && only("0123456789_.eE+-");
}

}  // namespace

DvcPlace DvcPlace::at(std::string_view more, std::uint32_t line_of_it) const {
  const bool joins = key.empty() || more.starts_with('[');
  return {file, line_of_it == 0 ? line : line_of_it, key + (joins ? "" : ".") + std::string(more)};
}

void DvcPlace::fail(std::string_view problem, std::string hint) const {
  throw Error(ErrorKind::config,
              line == 0 ? fmt::format("{}: {}: {}", file, key, problem)
                        : fmt::format("{}:{}: {}: {}", file, line, key, problem),
              std::move(hint));
}

bool DvcParamFiles::is_readable(std::string_view path) {
  constexpr std::array<std::string_view, 4> kEndings{".yaml", ".yml", ".json", ".toml"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return path.ends_with(ending);
  });
}

std::shared_ptr<const json> DvcParamFiles::find(const std::string& path) {
  const auto [known, is_new] = files_.try_emplace(path);
  if (is_new) {
    if (const auto text = read_(path)) {
      config::Params params;
      params.merge_text(*text, path);
      known->second = std::make_shared<const json>(params.all());
    }
  }
  return known->second;
}

void DvcNames::add_file(const std::string& file,
                        const std::shared_ptr<const json>& values,
                        const std::vector<std::string>& keys,
                        const DvcPlace& place) {
  for (const auto& key : keys) {
    if (!values->contains(key)) {
      place.fail(fmt::format("{} has no {}", quote(file), quote(key)));
    }
  }
  layers_.push_back({file, values, keys});
}

void DvcNames::add_inline(json values) {
  layers_.push_back({"", std::make_shared<const json>(std::move(values)), {}});
}

void DvcNames::add_local(const std::string& name, DvcValue value) {
  locals_[name] = std::move(value);
}

bool DvcNames::has_whole_file(const std::string& file) const {
  return std::any_of(layers_.begin(), layers_.end(), [&](const Layer& layer) {
    return layer.file == file && layer.keys.empty();
  });
}

std::optional<DvcValue> DvcNames::find_local(const std::vector<std::string>& path) const {
  for (std::size_t length = path.size(); length > 0; --length) {
    const auto found = locals_.find(joined(path, 0, length));
    if (found == locals_.end()) {
      continue;
    }
    const DvcValue& local = found->second;
    if (length == path.size()) {
      return local;
    }
    const auto below = descend(*local.value, path, length);
    if (below.value == nullptr || !local.kept.empty()) {
      return std::nullopt;
    }
    DvcValue value{std::shared_ptr<const json>(local.value, below.value)};
    if (!local.path.empty() && !below.went_through_list) {
      value.path = local.path + "." + joined(path, length, path.size());
    }
    value.file = local.file;
    return value;
  }
  return std::nullopt;
}

DvcValue DvcNames::find(std::string_view expression, const DvcPlace& place) const {
  const auto path = components_of(expression);
  if (std::any_of(path.begin(), path.end(), [](const auto& one) { return one.empty(); })) {
    place.fail(fmt::format("{} is no name", quote(fmt::format("${{{}}}", expression))));
  }
  if (auto local = find_local(path)) {
    return *local;
  }
  std::optional<DvcValue> found;
  for (const Layer& layer : layers_) {
    const bool is_hidden =
        !layer.keys.empty() &&
        std::find(layer.keys.begin(), layer.keys.end(), path.front()) == layer.keys.end();
    const auto below = is_hidden ? Below{} : descend(*layer.values, path, 0);
    if (below.value == nullptr) {
      continue;
    }
    if (found) {
      place.fail(fmt::format("{} stands in two places", quote(expression)),
                 "DVC puts tables of that name together; write it in one place");
    }
    found = DvcValue{std::shared_ptr<const json>(layer.values, below.value)};
    found->file = layer.file;
    found->path = below.went_through_list ? "" : joined(path, 0, path.size());
  }
  if (!found) {
    place.fail(fmt::format("nothing is called {}", quote(expression)),
               "names are those of params.yaml beside dvc.yaml, and of vars");
  }
  return *found;
}

std::optional<std::string> dvc_text(const json& value) {
  if (value.is_boolean()) {
    return value.get<bool>() ? "true" : "false";
  }
  if (value.is_number_float()) {
    return python_number(value.get<double>());
  }
  if (value.is_number()) {
    return value.dump();
  }
  if (!value.is_string()) {
    return std::nullopt;
  }
  auto text = value.get<std::string>();
  return may_be_number_of_dvc(text) ? std::nullopt : std::optional(std::move(text));
}

}  // namespace mlops::pipeline
