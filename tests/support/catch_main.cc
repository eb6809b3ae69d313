#define CATCH_CONFIG_RUNNER
#include <cstdlib>

#include <catch2/catch.hpp>

/// Catch's own main, but that one failure can be enough: tests/mutants/run asks for no more.
int main(int argc, char** argv) {
  Catch::Session session;
  if (const int wrong = session.applyCommandLine(argc, argv); wrong != 0) {
    return wrong;
  }
  if (std::getenv("MLOPS_TEST_FIRST_FAILURE") != nullptr) {
    session.configData().abortAfter = 1;
  }
  return session.run();
}
