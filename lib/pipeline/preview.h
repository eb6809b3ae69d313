#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "pipeline/given_outs.h"
#include "pipeline/plan.h"

namespace mlops::pipeline {

/// What can be told before anything runs. Plans what has only hits upstream; the rest stays open.
/// Main thread; changes nothing.
class Preview {
 public:
  Preview(const RunContext& context, Planner& planner, GivenOuts given);

  /// One plan for each instance of the graph; those of `selected` are made. Error{config} for deps
  /// that exist nowhere.
  std::vector<Plan> plan(const std::vector<std::size_t>& selected);
  /// The same, but an instance's error goes to `on_error`, and its plan stays open.
  using OnError = std::function<void(std::size_t index, const Error& error)>;
  std::vector<Plan> plan(const std::vector<std::size_t>& selected, const OnError& on_error);
  /// By its own `when`, or because what it reads is skipped. After `plan`.
  bool is_skipped(std::size_t index) const { return skipped_[index]; }
  /// Of a run that was killed: what lies there is no user's, and the next run takes it away.
  bool is_half_written(const std::string& out) const { return outs_aside_.contains(out); }
  /// The results of a dry run.
  std::vector<InstanceResult> describe(const std::vector<Plan>& plans,
                                       const std::vector<std::size_t>& selected) const;

 private:
  void plan_one(std::size_t index);
  void check_deps_exist(const Instance& instance);
  [[noreturn]] void fail_absent(const Instance& instance, const std::string& dep) const;
  const std::vector<std::string>& data_sets();
  MadeOuts made_for(const Instance& instance) const;

  const RunContext& context_;
  Planner& planner_;
  GivenOuts given_;
  std::vector<Plan> plans_;
  std::vector<bool> skipped_;
  std::set<std::string> outs_aside_;
  std::optional<std::vector<std::string>> data_sets_;
};

}  // namespace mlops::pipeline
