#include "remote/webdav_login.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"
#include "codec/hmac.h"
#include "os/process.h"
#include "remote/key_file.h"

namespace mlops::remote {

namespace {

namespace fs = std::filesystem;

/// The words of a netrc file; a word may stand in double quotes, with '\' before what is meant as
/// it is.
class NetrcWords {
 public:
  NetrcWords(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  std::optional<std::string> next() {
    skip_space();
    if (rest_.empty()) {
      return std::nullopt;
    }
    return rest_.front() == '"' ? quoted() : plain();
  }
  /// The word behind `name`, which has one.
  std::string value_of(std::string_view name) {
    auto value = next();
    if (!value) {
      fail(fmt::format("nothing stands behind {}", quote(std::string(name))));
    }
    return std::move(*value);
  }
  /// A macro ends with an empty line.
  void skip_macro() {
    while (!rest_.empty() && !trim(take_line()).empty()) {
    }
  }
  void skip_line() { take_line(); }
  [[noreturn]] void fail(const std::string& problem) const {
    throw Error(ErrorKind::config,
                fmt::format("{}:{}: {}", file_, line_, problem),
                "machine <host> login <user> password <password>");
  }

 private:
  std::string_view take_line() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    line_ += end < rest_.size() ? 1U : 0U;
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }
  void skip_space() {
    while (!rest_.empty() && trim(rest_.substr(0, 1)).empty()) {
      line_ += rest_.front() == '\n' ? 1U : 0U;
      rest_.remove_prefix(1);
    }
  }
  std::string plain() {
    const auto end = std::min(rest_.find_first_of(" \t\r\n"), rest_.size());
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }
  std::string quoted() {
    std::string word;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"' && rest_.front() != '\n') {
      rest_.remove_prefix(rest_.front() == '\\' && rest_.size() > 1 ? 1 : 0);
      word += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.starts_with('"')) {
      fail("a quoted word does not end in its line");
    }
    rest_.remove_prefix(1);
    return word;
  }

  std::string_view rest_;
  const std::string& file_;
  std::size_t line_ = 1;
};

/// A password that would split the header is none.
void refuse_control_letters(std::string_view value, std::string_view where) {
  const bool is_plain = std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
  });
  if (!is_plain) {
    throw Error(ErrorKind::config, fmt::format("{} has control letters in it", where));
  }
}

std::optional<WebDavLogin> find_in_variables(const Origin& origin,
                                             const std::vector<std::string>& environment) {
  WebDavLogin login{.user = find_variable(environment, "MLOPS_WEBDAV_USER"),
                    .password = find_variable(environment, "MLOPS_WEBDAV_PASSWORD"),
                    .token = find_variable(environment, "MLOPS_WEBDAV_TOKEN")};
  if (login.user.empty() && login.password.empty() && login.token.empty()) {
    return std::nullopt;
  }
  const std::string named = find_variable(environment, "MLOPS_WEBDAV_ORIGIN");
  if (named.empty()) {
    throw Error(ErrorKind::config,
                "MLOPS_WEBDAV_USER, _PASSWORD or _TOKEN is set, and nothing says for which server",
                fmt::format("if it is this one: MLOPS_WEBDAV_ORIGIN={}", origin.text()));
  }
  if (parse_origin(named).text() != origin.text()) {
    return std::nullopt;
  }
  refuse_control_letters(login.user + login.password, "MLOPS_WEBDAV_USER or _PASSWORD");
  refuse_control_letters(login.token, "MLOPS_WEBDAV_TOKEN");
  if (login.token.empty() && (login.user.empty() || login.password.empty())) {
    throw Error(ErrorKind::config,
                "of MLOPS_WEBDAV_USER and MLOPS_WEBDAV_PASSWORD one is missing",
                "both, or MLOPS_WEBDAV_TOKEN");
  }
  return login;
}

}  // namespace

std::string authorization_of(const WebDavLogin& login) {
  return login.token.empty()
             ? "Basic " + codec::base64(codec::as_bytes(login.user + ":" + login.password))
             : "Bearer " + login.token;
}

std::optional<WebDavLogin> find_in_netrc(std::string_view text,
                                         std::string_view host,
                                         const std::string& file) {
  NetrcWords words(text, file);
  std::optional<WebDavLogin> found;
  bool is_ours = false;
  while (const auto word = words.next()) {
    if (*word == "machine") {
      if (found) {
        break;
      }
      is_ours = to_lower_ascii(words.value_of(*word)) == host;
      found = is_ours ? std::optional(WebDavLogin()) : std::nullopt;
    } else if (*word == "default") {
      is_ours = false;
    } else if (*word == "login" || *word == "password" || *word == "account") {
      const std::string value = words.value_of(*word);
      if (is_ours && *word != "account") {
        (*word == "login" ? found->user : found->password) = value;
      }
    } else if (*word == "macdef") {
      words.skip_macro();
    } else if (word->starts_with('#')) {
      words.skip_line();
    } else {
      words.fail("a word that netrc does not have");
    }
  }
  return found;
}

std::optional<WebDavLogin> find_webdav_login(const Origin& origin,
                                             const std::vector<std::string>& environment) {
  if (auto login = find_in_variables(origin, environment)) {
    return login;
  }
  const fs::path file = key_file(environment, "NETRC", ".netrc");
  const auto text = read_key_file(file);
  auto login = text ? find_in_netrc(*text, origin.host, file.string()) : std::nullopt;
  if (login) {
    refuse_readable_by_others(file);
    refuse_control_letters(login->user + login->password, quote(file.string()));
  }
  return login;
}

std::optional<WebDavLogin> ask_git_for_login(const Origin& origin,
                                             const fs::path& git,
                                             std::vector<std::string> environment,
                                             const fs::path& directory,
                                             const CancelToken& cancel) {
  constexpr std::chrono::seconds kPatience{60};
  constexpr std::uint64_t kMaxAnswer = 1U << 16U;
  std::erase_if(environment, [](const std::string& variable) {
    return variable.starts_with("GIT_ASKPASS=") || variable.starts_with("SSH_ASKPASS=") ||
           variable.starts_with("GIT_TERMINAL_PROMPT=") || variable.starts_with("GIT_TRACE");
  });
  environment.insert(environment.end(), {"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS="});
  os::ProcessSpec spec;
  spec.argv = {git.string(), "-c", "core.askPass=", "credential", "fill"};
  spec.env = std::move(environment);
  spec.cwd = directory;
  spec.input = fmt::format("protocol={}\nhost={}\n\n",
                           origin.scheme == Origin::Scheme::https ? "https" : "http",
                           origin.authority());
  spec.timeout = kPatience;
  const os::CapturedOutput answer = os::capture(std::move(spec), cancel, kMaxAnswer);
  cancel.check();
  if (answer.result.end != os::ProcessEnd::exited || answer.result.exit_code != 0) {
    return std::nullopt;
  }
  WebDavLogin login;
  for (const std::string_view line : split(answer.out, '\n')) {
    if (line.starts_with("username=")) {
      login.user = line.substr(line.find('=') + 1);
    } else if (line.starts_with("password=")) {
      login.password = line.substr(line.find('=') + 1);
    }
  }
  return login.user.empty() || login.password.empty() ? std::nullopt : std::optional(login);
}

}  // namespace mlops::remote
