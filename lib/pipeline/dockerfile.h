#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlops::pipeline {

/// The images that the steps of a Dockerfile take something from, as they name them, each once: by
/// FROM, by COPY --from and by RUN --mount. The stages of the file itself and `scratch` are not
/// among them. A variable stands for the default of its ARG before the first FROM, because mlops
/// gives no build arguments. As in https://docs.docker.com/reference/dockerfile/.
///
/// Error{config} with `file` and the line of a name that cannot be told before the image is built.
std::vector<std::string> parse_base_images(std::string_view text, std::string_view file);

}  // namespace mlops::pipeline
