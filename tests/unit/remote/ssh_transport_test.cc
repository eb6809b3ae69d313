// A far side that greets wrongly, goes away, or sends too much: as shell scripts.
#include "remote/ssh_transport.h"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/temp_dir.h"

namespace mlops::remote {
namespace {

const CancelToken kNever;

os::ProcessSpec script(const std::string& text) {
  os::ProcessSpec command;
  command.argv = {"/bin/sh", "-c", text};
  command.env = {"PATH=/usr/bin:/bin"};
  command.cwd = "/";
  return command;
}

struct Failure {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::string hint;
};

template <typename Call>
Failure failure_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.kind(), error.message(), error.hint()};
  }
  return {};
}

/// printf's octal spelling.
std::string printed(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += '\\';
    text += static_cast<char>('0' + byte / 64);
    text += static_cast<char>('0' + byte / 8 % 8);
    text += static_cast<char>('0' + byte % 8);
  }
  return text;
}

std::string message(const WireAnswer& answer, const Bytes& body = {}) {
  const Bytes head = encode_answer(answer);
  codec::ByteWriter out;
  out.u32(static_cast<std::uint32_t>(head.size()));
  out.put(head);
  out.put(body);
  return "printf '" + printed(out.bytes()) + "'; ";
}

std::string greeting() {
  return "echo '" + std::string(kWireGreeting) + "'; ";
}

TEST_CASE("what ssh says of its failure is passed on, with what to do") {
  const auto failure = [](const std::string& words, int code) {
    SshTransport transport(
        "ssh://h/p", script("echo '" + words + "' >&2; exit " + std::to_string(code)), kNever);
    return failure_of([&] { transport.clock(); });
  };
  const Failure refused = failure("ada@h: Permission denied (publickey).", 255);
  CHECK(refused.kind == ErrorKind::network);
  CHECK(refused.message.find("Permission denied") != std::string::npos);
  CHECK(refused.message.starts_with("ssh://h/p: "));
  CHECK(refused.hint.find("ssh-add") != std::string::npos);
  CHECK(failure("sh: 1: mlops: not found", 127).hint.find("PATH") != std::string::npos);
  CHECK(failure("Host key verification failed.", 255).hint.find("key") != std::string::npos);
}

TEST_CASE("a shell that prints, and another version, are told apart") {
  SshTransport chatty("ssh://h/p", script("echo Welcome; cat"), kNever);
  const Failure printed_first = failure_of([&] { chatty.clock(); });
  CHECK(printed_first.kind == ErrorKind::config);
  CHECK(printed_first.message.find("'Welcome'") != std::string::npos);
  CHECK(printed_first.hint.find("start-up files") != std::string::npos);
  SshTransport newer("ssh://h/p", script("echo mlops-serve 2; cat"), kNever);
  CHECK(failure_of([&] { newer.clock(); }).hint.find("versions") != std::string::npos);
}

TEST_CASE("more than was asked for is refused") {
  const auto answering = [](const Bytes& body) {
    const std::string answer = message({.body_bytes = body.size()}, body);
    return std::make_unique<SshTransport>(
        "ssh://h/p", script(greeting() + answer + "cat >/dev/null"), kNever);
  };
  const Bytes three = {1, 2, 3};
  CHECK(failure_of([&] { answering(three)->get("a", 2); }).kind == ErrorKind::corrupt);
  CHECK(failure_of([&] { answering(three)->get_range("a", 0, 2); }).kind == ErrorKind::corrupt);
  for (const char* key : {"other/1", "head/1"}) {
    INFO(key);
    const Bytes listing = encode_listing({{key, 1}});
    CHECK(failure_of([&] { answering(listing)->list("head/", "head/1", 5); }).kind ==
          ErrorKind::corrupt);
  }
}

TEST_CASE("a cut connection is tried once more, but not where that could do harm", "[case-41]") {
  const test::TempDir directory;
  const std::string count = (directory.path() / "count").string();
  const std::string dies = greeting() + "echo >>" + count + "; head -c 1 >/dev/null; exit 0";
  const auto starts = [&] {
    const auto size = std::filesystem::file_size(count);
    std::filesystem::remove(count);
    return size;
  };
  SshTransport transport("ssh://h/p", script(dies), kNever);
  CHECK(failure_of([&] { transport.get("a", 1); }).kind == ErrorKind::network);
  CHECK(starts() == 2);
  CHECK(failure_of([&] { transport.remove("a"); }).kind == ErrorKind::network);
  CHECK(starts() == 1);
  // Stored or not: whoever asked must look.
  CHECK(transport.put_if_absent("a", {}) == Transport::Put::unknown);
  CHECK(starts() == 1);

  // The second connection answers.
  const std::string heals = "if test -e " + count + "; then " + greeting() + message({.value = 5}) +
                            "cat >/dev/null; else " + dies + "; fi";
  SshTransport healing("ssh://h/p", script(heals), kNever);
  CHECK(healing.size("a") == 5);
}

TEST_CASE("what is not reached at all is not tried twice, and nothing is unknown") {
  const test::TempDir directory;
  const std::string count = (directory.path() / "count").string();
  SshTransport transport("ssh://h/p", script("echo >>" + count + "; exit 255"), kNever);
  CHECK(failure_of([&] { transport.get("a", 1); }).kind == ErrorKind::network);
  CHECK(std::filesystem::file_size(count) == 1);
  CHECK(failure_of([&] { transport.put_if_absent("a", {}); }).kind == ErrorKind::network);
}

TEST_CASE("an interruption ends the wait for a host that says nothing") {
  CancelToken cancel;
  SshTransport transport("ssh://h/p", script(greeting() + "sleep 600"), cancel);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    cancel.cancel();
  });
  CHECK(failure_of([&] { transport.clock(); }).kind == ErrorKind::interrupted);
  other.join();
}

}  // namespace
}  // namespace mlops::remote
