#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/dispatch.h"

namespace {

mlops::app::ProcessEnvironment process_environment() {
  mlops::app::ProcessEnvironment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos && equals > 0) {
      environment.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  std::error_code unknown;  // then the first use of the empty path says so
  environment.directory = std::filesystem::current_path(unknown);
  environment.executable = std::filesystem::read_symlink("/proc/self/exe", unknown);
  return environment;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  std::exit(mlops::app::run(process_environment(), words));
}
