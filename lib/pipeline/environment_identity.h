#pragma once

#include <string>

namespace mlops::pipeline {

/// What a stage runs in, as far as its result may depend on it.
struct EnvironmentIdentity {
  std::string identity;  ///< "process:<sha256>"; empty: it cannot be told without a run
  std::string grade;     ///< strong | pinned | observed | weak
  std::string unknown;   ///< why the identity is empty: "the tools of 'r' were never asked here"
  friend bool operator==(const EnvironmentIdentity&, const EnvironmentIdentity&) = default;
};

}  // namespace mlops::pipeline
