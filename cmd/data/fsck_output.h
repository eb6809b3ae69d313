#pragma once

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "app/context.h"
#include "store/store.h"
#include "workspace/version_names.h"

namespace mlops::data {

/// What fsck found: in the store, and by holding it against git.
struct FsckFindings {
  store::FsckReport report;
  workspace::VersionNames missing;
  /// By root: where git names the versions that damage hurts.
  std::multimap<store::ObjectId, workspace::VersionName> hurt;
};

void print_findings(app::Context& context, const FsckFindings& findings);
nlohmann::ordered_json to_json(const FsckFindings& findings);

enum class Tense { done, foretold };
void print_repair(app::Context& context, const store::RepairReport& repair, Tense tense);
nlohmann::ordered_json to_json(const store::RepairReport& repair, Tense tense);

}  // namespace mlops::data
