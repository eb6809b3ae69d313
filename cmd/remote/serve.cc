#include "remote/serve.h"

#include <filesystem>
#include <memory>

#include "app/context.h"
#include "base/error.h"
#include "os/file.h"
#include "remote/directory_transport.h"
#include "remote/verbs.h"

namespace mlops::remote {
namespace {

/// The two ends that the program which started us holds.
class StandardStreams final : public WireStream {
 public:
  StandardStreams() : in_(0), out_(1) {}
  StandardStreams(const StandardStreams&) = delete;
  StandardStreams& operator=(const StandardStreams&) = delete;
  ~StandardStreams() override {
    in_.release();
    out_.release();
  }

  void write(std::span<const std::uint8_t> bytes) override {
    os::write_full(out_, bytes, "standard output");
  }

  bool read(std::span<std::uint8_t> bytes) override {
    const std::size_t got = os::read_full(in_, bytes, "standard input");
    if (got != 0 && got != bytes.size()) {
      throw Error(ErrorKind::network, "standard input was closed within a message");
    }
    return got == bytes.size();
  }

 private:
  os::Fd in_;
  os::Fd out_;
};

app::ExitCode run_serve(app::Context& context, const app::Arguments& arguments) {
  const std::filesystem::path directory = context.environment().directory / arguments.words().at(0);
  if (context.terminal().out_is_terminal()) {
    throw Error(ErrorKind::usage,
                "mlops serve answers another mlops, which starts it through ssh",
                "mlops remote add <name> ssh://<this host>" + directory.string());
  }
  StandardStreams streams;
  try {
    serve(
        streams,
        [&] { return std::make_unique<DirectoryTransport>(directory); },
        arguments.has("append-only") ? ServeMode::append_only : ServeMode::full);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    // What is damaged is no store of ours.
    throw Error(error.kind(), error.message(), "it talks to nobody but another mlops");
  }
  return app::ExitCode::done;
}

}  // namespace

app::Command serve_command() {
  return {.path = "serve",
          .summary = "the far side of ssh: answers for a directory of this machine",
          .examples = {{"mlops serve /srv/mlops", "what ssh starts for ssh://host/srv/mlops"},
                       {"mlops serve --append-only /srv/mlops",
                        "for a key that may add and not delete (authorized_keys)"}},
          .arguments = {{"directory", app::Argument::Count::one, app::Complete::file}},
          .flags = {{.name = "append-only", .help = "replace and remove nothing"}},
          .run = run_serve};
}

}  // namespace mlops::remote
