#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/units.h"
#include "config/settings.h"
#include "config/toml.h"

namespace mlops::config {

namespace {

constexpr std::string_view kChoice = "choice:";

[[noreturn]] void fail_value(std::string_view where,
                             std::string_view problem,
                             std::string hint = {}) {
  throw Error(ErrorKind::config, fmt::format("{}: {}", where, problem), std::move(hint));
}

std::string dotted(const std::vector<std::string>& segments) {
  std::string text;
  for (const auto& segment : segments) {
    text += (text.empty() ? "" : ".") + toml_key(segment);
  }
  return text;
}

/// The name in the middle of "remote.*.url", without its quotes; nothing when the ends differ.
std::optional<std::string> middle_of(std::string_view name, std::string_view pattern) {
  const auto star = pattern.find('*');
  const auto head = pattern.substr(0, star);
  const auto tail = pattern.substr(star + 1);
  if (name.size() <= head.size() + tail.size() || !name.starts_with(head) ||
      !name.ends_with(tail)) {
    return std::nullopt;
  }
  const auto middle = name.substr(head.size(), name.size() - head.size() - tail.size());
  if (middle.front() != '"' && middle.front() != '\'') {
    return std::string(middle);
  }
  const auto keys =
      parse_toml(fmt::format("{} = 0", middle), fmt::format("{}", quote(name))).keys();
  return keys.size() == 1 ? keys.front() : std::optional<std::string>();
}

void check_name(std::string_view full, const SettingKey& key, std::string_view middle) {
  constexpr std::size_t kMaxRemoteName = 64;
  const bool plain = std::all_of(middle.begin(), middle.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20U && byte != 0x7fU;
  });
  const bool word = middle.size() <= kMaxRemoteName && middle.front() != '-' &&
                    middle.front() != '.' && std::all_of(middle.begin(), middle.end(), [](char c) {
                      return c == '-' || c == '_' || c == '.' || (c >= '0' && c <= '9') ||
                             (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                    });
  if (!plain || !is_utf8(middle) || (key.name.starts_with("remote.") && !word)) {
    fail_value(quote(full),
               fmt::format("{} cannot be a name here", quote(middle)),
               "letters, digits, '-', '_' and '.' make a name");
  }
}

[[noreturn]] void fail_unknown(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& key : setting_keys()) {
    names.push_back(key.name);
  }
  auto hint = did_you_mean(name, names);
  const auto lower = to_lower_ascii(name);
  for (const std::string_view word : {"secret", "password", "token", "access_key", "credential"}) {
    if (lower.find(word) != std::string::npos) {
      hint = "credentials do not belong in this file: name them in the environment";
    }
  }
  throw Error(ErrorKind::config,
              fmt::format("unknown setting {}", quote(name)),
              hint.empty() ? "man 5 mlops-config" : std::move(hint));
}

/// "user:password@", a token before '@', or a signed query: what must never be written down.
bool carries_credentials(std::string_view url) {
  static constexpr auto kSecretParameters = std::to_array<std::string_view>({"password=",
                                                                             "passwd=",
                                                                             "secret",
                                                                             "token=",
                                                                             "access_key",
                                                                             "accesskey",
                                                                             "api_key=",
                                                                             "apikey=",
                                                                             "signature=",
                                                                             "sig=",
                                                                             "credential="});
  const auto scheme_end = url.find("://");
  const auto scheme = scheme_end == std::string_view::npos
                          ? std::string()
                          : to_lower_ascii(url.substr(0, scheme_end));
  auto rest = scheme_end == std::string_view::npos ? url : url.substr(scheme_end + 3);
  const auto query_begin = std::min(rest.find_first_of("?#"), rest.size());
  const auto query = to_lower_ascii(rest.substr(query_begin));
  // Without a scheme a '/' may precede the '@' of a path; with one, the host ends at it.
  const auto authority = rest.substr(0, rest.find_first_of(scheme.empty() ? "?#" : "/?#"));
  const auto user_end = authority.rfind('@');
  if (user_end != std::string_view::npos) {
    const auto user = to_lower_ascii(authority.substr(0, user_end));
    const bool names_only = scheme.empty() || scheme == "ssh" || scheme == "sftp";
    if (!names_only || user.find(':') != std::string::npos ||
        user.find("%3a") != std::string::npos) {
      return true;
    }
  }
  return std::any_of(kSecretParameters.begin(),
                     kSecretParameters.end(),
                     [&](std::string_view word) { return query.find(word) != std::string::npos; });
}

/// The segments of a name that the key's pattern covers; nothing when it does not.
std::optional<std::vector<std::string>> segments_of(std::string_view name, const SettingKey& key) {
  std::string variable;
  if (key.name.find('*') != std::string::npos) {
    const auto middle = middle_of(name, key.name);
    if (!middle || middle->empty()) {
      return std::nullopt;
    }
    check_name(name, key, *middle);
    variable = *middle;
  } else if (key.name != name) {
    return std::nullopt;
  }
  std::vector<std::string> segments;
  for (const auto part : split(key.name, '.')) {
    segments.emplace_back(part == "*" ? std::string_view(variable) : part);
  }
  return segments;
}

}  // namespace

const std::vector<SettingKey>& setting_keys() {
  static const std::vector<SettingKey> kKeys{
      {"cache.max_age", "duration", "90d", "age after which unlocked cached results may go"},
      {"cache.max_size", "bytes", "100GiB", "size that unlocked cached results may reach"},
      {.name = "container.engine",
       .type = "choice:auto|docker|podman",
       .built_in = "auto",
       .description = "what runs containers",
       .used = true},
      {.name = "container.io",
       .type = "choice:bind|copy",
       .built_in = "bind",
       .description = "how files reach a container",
       .used = true},
      {.name = "container.network",
       .type = "string",
       .built_in = "none",
       .description = "the network of containers",
       .used = true},
      {.name = "container.user",
       .type = "string",
       .built_in = "auto",
       .description = "the user within containers",
       .used = true},
      {.name = "data.push_hook",
       .type = "choice:push|refuse|warn",
       .built_in = "push",
       .description = "what git push does when data is not pushed",
       .used = true},
      {.name = "data.remote",
       .type = "string",
       .built_in = "",
       .description = "the default remote",
       .used = true},
      {.name = "data.set.*.remote",
       .type = "string",
       .built_in = "",
       .description = "the remote of one data set",
       .used = true},
      {.name = "data.stage",
       .type = "bool",
       .built_in = "true",
       .description = "data add also stages the pointer and .gitignore, init its settings",
       .used = true},
      {"remote.*.endpoint", "url", "", "the endpoint of MinIO, Ceph, R2 and their like"},
      {"remote.*.region", "string", "", "the region of an S3 remote"},
      {.name = "remote.*.url",
       .type = "url",
       .built_in = "",
       .description = "where the remote is: file:///path, or a directory",
       .used = true},
      {"run.push", "choice:never|strong|all", "strong", "which cached results go to the remote"},
      {.name = "store.path",
       .type = "string",
       .built_in = "",
       .description = "the store's directory; empty: beside this clone's settings",
       .clone_only = true,
       .used = true},
      {.name = "trust.*.hooks",
       .type = "string",
       .built_in = "",
       .description = "the hooks of a pipeline file that this clone runs: their digest",
       .clone_only = true,
       .used = true},
  };
  return kKeys;
}

std::string_view to_string(SettingScope scope) {
  switch (scope) {
    case SettingScope::built_in:
      return "built-in";
    case SettingScope::user:
      return "user";
    case SettingScope::tracked:
      return "tracked";
    case SettingScope::clone:
      return "clone";
    case SettingScope::environment:
      return "environment";
    case SettingScope::flag:
      return "flag";
  }
  return "unknown";
}

SettingName resolve_setting(std::string_view name) {
  for (const auto& key : setting_keys()) {
    if (auto segments = segments_of(name, key)) {
      auto full = dotted(*segments);
      return {&key, std::move(full), std::move(*segments)};
    }
  }
  fail_unknown(name);
}

void check_setting(const SettingKey& key, std::string_view value, std::string_view where) {
  if (!is_utf8(value) || value.find('\0') != std::string_view::npos) {
    fail_value(where, "must be UTF-8 text without NUL", "write it in UTF-8");
  }
  if (key.type == "bool" && value != "true" && value != "false") {
    fail_value(where, fmt::format("must be true or false, not {}", quote(value)), "such as 'true'");
  }
  if (key.type == "bytes" && !parse_bytes(value)) {
    fail_value(where,
               fmt::format("must be a size such as '100GiB', not {}", quote(value)),
               "such as '100GiB'");
  }
  if (key.type == "duration" && !parse_duration(value)) {
    fail_value(where,
               fmt::format("must be a duration such as '90d', not {}", quote(value)),
               "such as '90d'");
  }
  if (key.type == "url" && carries_credentials(value)) {
    fail_value(where,
               "the URL carries credentials, which do not belong in a settings file",
               "remove them; mlops takes them from the environment");
  }
  if (key.type.starts_with(kChoice)) {
    std::vector<std::string> choices;
    for (const auto choice : split(std::string_view(key.type).substr(kChoice.size()), '|')) {
      choices.emplace_back(choice);
    }
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      const auto hint = did_you_mean(value, choices);
      fail_value(where,
                 fmt::format("must be one of {}, not {}", join(choices, ", "), quote(value)),
                 hint.empty() ? "such as " + quote(choices.front()) : hint);
    }
  }
}

std::string environment_name(std::string_view setting) {
  std::string name = "MLOPS_";
  for (const char c : setting) {
    const bool letter = c >= 'a' && c <= 'z';
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += letter ? static_cast<char>(c - 'a' + 'A') : kept ? c : '_';
  }
  return name;
}

}  // namespace mlops::config
