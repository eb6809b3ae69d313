#pragma once

#include <string>
#include <string_view>

namespace mlops::check {

/// A value that may be personal, by its form: "xxxxx.###@xx.xx". Letters become x, digits #; long
/// ones are cut. What is masked already stays as it is.
std::string masked(std::string_view value);

}  // namespace mlops::check
