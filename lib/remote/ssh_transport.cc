#include "remote/ssh_transport.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace mlops::remote {

namespace {

constexpr std::size_t kMaxGreetingBytes = 1024;

/// What the words of ssh, or of the shell there, say that there is to do.
std::string hint_for(std::string_view words) {
  constexpr std::string_view kInstalled =
      "install it there, in the PATH of shells that ssh starts, such as /usr/local/bin";
  if (words.find("not found") != std::string_view::npos) {
    return std::string(kInstalled);
  }
  if (words.find("Host key verification") != std::string_view::npos) {
    return "log in once by hand with ssh, to see its key and to accept it";
  }
  if (words.find("Permission denied") != std::string_view::npos) {
    return "ssh has to get in without asking for a password: ssh-copy-id, ssh-add";
  }
  return "try the same host with ssh by hand; try again later";
}

[[noreturn]] void throw_cut(const std::string& name, const std::string& words) {
  throw Error(ErrorKind::network, fmt::format("{}: {}", name, words), hint_for(words));
}

/// Whether asking again does the same as asking once.
bool may_repeat(WireVerb verb) {
  return verb != WireVerb::put_if_absent && verb != WireVerb::remove;
}

}  // namespace

/// The stream to one process. What goes wrong with it is Error{network}.
class SshTransport::Connection final : public WireStream {
 public:
  Connection(const std::string& name, const os::ProcessSpec& command, const CancelToken& cancel)
      : name_(name), process_(start(name, command, cancel)) {
    greet();
  }

  void write(std::span<const std::uint8_t> bytes) override {
    guarded([&] { process_.write(codec::as_text(bytes)); });
  }

  bool read(std::span<std::uint8_t> bytes) override {
    guarded([&] {
      const std::string got = process_.read_exact(bytes.size());
      std::copy(got.begin(), got.end(), bytes.begin());
    });
    return true;
  }

  Reply ask(const WireRequest& request, std::span<const std::uint8_t> body) {
    write_message(*this, encode_request(request), body);
    const auto head = read_head(*this);
    Reply reply{decode_answer(*head), {}};
    reply.body = read_body(*this, reply.answer.body_bytes);
    return reply;
  }

 private:
  static os::Coprocess start(const std::string& name,
                             const os::ProcessSpec& command,
                             const CancelToken& cancel) {
    try {
      return os::Coprocess(command, &cancel);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io) {
        throw;
      }
      throw_cut(name, error.message());
    }
  }

  template <typename Action>
  void guarded(const Action& action) {
    try {
      action();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io) {
        throw;
      }
      throw_cut(name_, error.message());
    }
  }

  void greet() {
    std::string line;
    guarded([&] { line = process_.read_line(kMaxGreetingBytes); });
    if (line != kWireGreeting) {
      const bool is_other_version = line.starts_with("mlops-serve ");
      throw Error(ErrorKind::config,
                  fmt::format("{} says {} where {} was expected",
                              name_,
                              quote(line),
                              quote(std::string(kWireGreeting))),
                  is_other_version
                      ? "the versions of the two sides do not understand each other"
                      : "the shell there prints something when it is no terminal: see its start-up "
                        "files");
    }
  }

  const std::string& name_;
  os::Coprocess process_;
};

SshTransport::SshTransport(std::string name, os::ProcessSpec command, const CancelToken& cancel)
    : name_(std::move(name)), command_(std::move(command)), cancel_(cancel) {}

SshTransport::~SshTransport() = default;

/// One that is idle, else a new one.
std::unique_ptr<SshTransport::Connection> SshTransport::connect() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(name_, command_, cancel_);
}

SshTransport::Reply SshTransport::ask(const WireRequest& request,
                                      std::span<const std::uint8_t> body) {
  for (bool is_last = !may_repeat(request.verb);; is_last = true) {
    auto connection = connect();
    try {
      Reply reply = connection->ask(request, body);
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(connection));
      return checked(std::move(reply));
    } catch (const Error& error) {
      const bool is_cut = connection != nullptr && error.kind() == ErrorKind::network;
      if (is_cut && request.verb == WireVerb::put_if_absent) {
        return {{.state = WireAnswer::State::unknown}, {}};
      }
      if (!is_cut || is_last) {
        throw;
      }
      // What broke this one broke the idle ones, too.
      const std::lock_guard lock(mutex_);
      idle_.clear();
    }
  }
}

SshTransport::Reply SshTransport::checked(Reply reply) const {
  const WireAnswer& answer = reply.answer;
  if (answer.state == WireAnswer::State::failed) {
    throw Error(answer.kind, fmt::format("{}: {}", name_, answer.message), answer.hint);
  }
  return reply;
}

std::optional<Bytes> SshTransport::get(std::string_view key, std::uint64_t max_bytes) {
  Reply reply = ask({.verb = WireVerb::get, .key = std::string(key), .first = max_bytes});
  if (reply.answer.state == WireAnswer::State::absent) {
    return std::nullopt;
  }
  if (reply.body.size() > max_bytes) {
    throw Error(ErrorKind::corrupt, fmt::format("{} sends more of {} than was asked", name_, key));
  }
  return std::move(reply.body);
}

std::optional<Bytes> SshTransport::get_range(std::string_view key,
                                             std::uint64_t offset,
                                             std::uint64_t length) {
  Reply reply = ask(
      {.verb = WireVerb::get_range, .key = std::string(key), .first = offset, .second = length});
  if (reply.answer.state == WireAnswer::State::absent) {
    return std::nullopt;
  }
  if (reply.body.size() != length) {
    throw Error(
        ErrorKind::corrupt,
        fmt::format(
            "{} sends {} bytes of {} where {} were asked", name_, reply.body.size(), key, length));
  }
  return std::move(reply.body);
}

void SshTransport::put(std::string_view key, std::span<const std::uint8_t> bytes) {
  ask({.verb = WireVerb::put,
       .key = std::string(key),
       .body_bytes = bytes.size(),
       .body_hash = codec::sha256(bytes)},
      bytes);
}

Transport::Put SshTransport::put_if_absent(std::string_view key,
                                           std::span<const std::uint8_t> bytes) {
  const Reply reply = ask({.verb = WireVerb::put_if_absent,
                           .key = std::string(key),
                           .body_bytes = bytes.size(),
                           .body_hash = codec::sha256(bytes)},
                          bytes);
  switch (reply.answer.state) {
    case WireAnswer::State::done:
      return Put::stored;
    case WireAnswer::State::exists:
      return Put::exists;
    default:
      return Put::unknown;
  }
}

std::vector<Transport::Object> SshTransport::list(std::string_view prefix,
                                                  std::string_view start_after,
                                                  std::size_t most) {
  std::vector<Object> objects;
  std::string after(start_after);
  while (objects.size() < most) {
    const std::size_t wanted = std::min(most - objects.size(), kMaxWireObjects);
    const Reply reply =
        ask({.verb = WireVerb::list, .key = std::string(prefix), .after = after, .first = wanted});
    auto page = decode_listing(reply.body);
    const bool is_foreign = std::any_of(page.begin(), page.end(), [&](const Object& object) {
      return !object.key.starts_with(prefix) || object.key <= after;
    });
    if (is_foreign || page.size() > wanted) {
      throw Error(ErrorKind::corrupt, fmt::format("{} lists what was not asked", name_));
    }
    const bool is_end = page.size() < wanted;
    std::move(page.begin(), page.end(), std::back_inserter(objects));
    if (is_end) {
      break;
    }
    after = objects.back().key;
  }
  return objects;
}

std::optional<std::uint64_t> SshTransport::size(std::string_view key) {
  const Reply reply = ask({.verb = WireVerb::size, .key = std::string(key)});
  return reply.answer.state == WireAnswer::State::done ? std::optional(reply.answer.value)
                                                       : std::nullopt;
}

bool SshTransport::remove(std::string_view key) {
  const Reply reply = ask({.verb = WireVerb::remove, .key = std::string(key)});
  return reply.answer.state == WireAnswer::State::done;
}

std::int64_t SshTransport::clock() {
  return static_cast<std::int64_t>(ask({.verb = WireVerb::clock}).answer.value);
}

}  // namespace mlops::remote
