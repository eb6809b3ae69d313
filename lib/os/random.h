#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace mlops::os {

/// From the kernel's generator; blocks until it is seeded. Error{io} if it fails.
void random_bytes(std::span<std::uint8_t> out);
/// `count` characters of [a-z0-9], for names of temporary files and runs.
std::string random_name(std::size_t count);

}  // namespace mlops::os
