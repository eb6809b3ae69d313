#pragma once

#include <functional>
#include <string>

namespace mlops::ui::test {

/// What `body` writes when stdin, stdout and stderr are a terminal of that width, in its
/// foreground. It runs in a child process. Throws std::runtime_error when the child fails.
std::string on_terminal(unsigned short columns, const std::function<void()>& body);

/// What `body` writes to stdout and stderr when both are one pipe.
std::string on_pipe(const std::function<void()>& body);

}  // namespace mlops::ui::test
