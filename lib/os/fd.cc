#include "os/fd.h"

#include <unistd.h>

namespace mlops::os {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    const Fd closed_at_the_end(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

}  // namespace mlops::os
