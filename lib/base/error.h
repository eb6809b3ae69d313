#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace mlops {

/// What went wrong, as far as a caller may act on it. The exit code follows from it (cmd/app).
enum class ErrorKind {
  usage,         ///< the command line cannot be used
  config,        ///< a file, setting or input cannot be used; the message names file, line and key
  not_found,     ///< something that the user named does not exist
  conflict,      ///< doing it would lose or clobber something
  locked,        ///< another process holds the lock
  corrupt,       ///< an object is missing or damaged, or bytes are not what they claim to be
  io,            ///< the disk or an engine failed
  network,       ///< a remote failed
  child_failed,  ///< a stage's own command failed
  interrupted,   ///< a signal, or the cancel token
  internal,      ///< our mistake
};

/// The one exception of mlops: thrown when a command cannot go on. Expected outcomes (a missing
/// file, a stale stage, differing rows) are return values instead. Texts are raw: whoever prints
/// them escapes them.
class Error : public std::exception {
 public:
  /// `message`: lower case, the problem first, no full stop. `hint`: one command or step, or empty.
  Error(ErrorKind kind, std::string message, std::string hint = {});

  ErrorKind kind() const noexcept { return kind_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& hint() const noexcept { return hint_; }
  /// Lines that outer layers added, innermost first.
  const std::vector<std::string>& context() const noexcept { return context_; }
  const char* what() const noexcept override { return message_.c_str(); }

  /// Adds one line of context and returns this error, for `catch (Error& e) { e.add_context(…);
  /// throw; }`.
  Error& add_context(std::string line);

 private:
  ErrorKind kind_;
  std::string message_;
  std::string hint_;
  std::vector<std::string> context_;
};

/// The stable name of a kind, as it stands in JSON errors: "usage", "config" …
std::string_view to_string(ErrorKind kind);

}  // namespace mlops
