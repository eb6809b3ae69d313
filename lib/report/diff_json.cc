#include <nlohmann/json.hpp>

#include "report/change_tables.h"
#include "report/diff_report.h"
#include "report/json_bytes.h"
#include "report/rules_json.h"

namespace mlops::report {
namespace {

using Json = nlohmann::ordered_json;

Json counts_of(const diff::Counts& counts, const policy::PredictionSet& set) {
  const auto only_if = [](bool meant, std::uint64_t value) {
    return meant ? Json(value) : Json(nullptr);
  };
  const bool flips = set.task == policy::Task::classification && set.label;
  const bool errors = set.task == policy::Task::regression && set.label;
  Json json;
  json["matched"] = counts.matched;
  json["only_old"] = counts.only_old;
  json["only_new"] = counts.only_new;
  json["changed"] = counts.changed;
  json["negative_flips"] = only_if(flips, counts.negative_flips);
  json["positive_flips"] = only_if(flips, counts.positive_flips);
  json["both_wrong"] = only_if(flips, counts.both_wrong);
  json["worsened"] = only_if(errors, counts.worsened);
  json["improved"] = only_if(errors, counts.improved);
  return json;
}

Json metrics_of(const std::vector<diff::Metric>& metrics) {
  Json json = Json::object();
  for (const diff::Metric& metric : metrics) {
    Json& one = json[metric.name];
    one["old"] = json_number(metric.old_value);
    one["new"] = json_number(metric.new_value);
    one["change"] = json_number(metric.change);
    one["ci"] = json_interval(metric.ci);
    one["n"] = metric.n;
    one["note"] = json_text_or_null(metric.note);
  }
  return json;
}

Json slices_of(const std::vector<diff::Slice>& slices, const policy::PredictionSet& set) {
  Json json = Json::array();
  for (const diff::Slice& slice : slices) {
    Json one;
    one["column"] = slice.column;
    one["value"] = slice.value;
    one["n"] = slice.n;
    one["sufficient"] = slice.sufficient;
    one["counts"] = counts_of(slice.counts, set);
    one["metrics"] = metrics_of(slice.metrics);
    json.push_back(std::move(one));
  }
  return json;
}

Json gaps_of(const std::vector<diff::GroupGap>& gaps) {
  Json json = Json::array();
  for (const diff::GroupGap& gap : gaps) {
    Json one;
    one["sensitive_feature"] = gap.sensitive_feature;
    one["name"] = gap.name;
    one["old"] = json_number(gap.old_value);
    one["new"] = json_number(gap.new_value);
    one["change"] = json_number(gap.change);
    one["ci"] = json_interval(gap.ci);
    one["left_out"] = gap.left_out;
    one["note"] = json_text_or_null(gap.note);
    json.push_back(std::move(one));
  }
  return json;
}

Json search_of(const std::optional<diff::SliceSearch>& search) {
  if (!search) {
    return nullptr;
  }
  Json json;
  json["what"] = search->what;
  json["columns"] = search->columns;
  json["left_out"] = search->left_out;
  json["min_rows"] = search->min_rows;
  json["n"] = search->n;
  json["worse"] = search->worse;
  json["tested"] = search->tested;
  json["found"] = Json::array();
  for (const diff::FoundSlice& slice : search->found) {
    Json one;
    one["columns"] = slice.columns;
    one["value"] = slice.value;
    one["n"] = slice.n;
    one["worse"] = slice.worse;
    one["ci"] = json_interval(slice.interval);
    one["p_adjusted"] = json_number(slice.p_adjusted);
    json["found"].push_back(std::move(one));
  }
  return json;
}

Json worst_of(const diff::PredictionReport& set) {
  Json json = Json::array();
  for (const diff::WorstRow& row : set.worst) {
    Json one;
    one["key"] = row.key;
    one["label"] = row.label;
    one["old_prediction"] = row.old_prediction;
    one["new_prediction"] = row.new_prediction;
    one["old_score"] = json_number(row.old_score);
    one["new_score"] = json_number(row.new_score);
    one["loss_change"] = json_number(row.loss_change);
    one["negative_flip"] = row.negative_flip;
    one["columns"] = Json::object();
    for (std::size_t i = 0; i < row.extra.size(); ++i) {
      one["columns"][set.extra_columns[i]] = {{"old", row.extra[i].old_text},
                                              {"new", row.extra[i].new_text}};
    }
    json.push_back(std::move(one));
  }
  return json;
}

/// An empty bin has no means.
Json bin_side(std::uint64_t count, double confidence, double accuracy) {
  Json side;
  side["n"] = count;
  side["confidence"] = count == 0 ? Json(nullptr) : Json(confidence);
  side["accuracy"] = count == 0 ? Json(nullptr) : Json(accuracy);
  return side;
}

Json calibration_of(const diff::PredictionReport& set) {
  Json json = Json::array();
  for (const diff::CalibrationBin& bin : set.calibration) {
    Json one;
    one["low"] = bin.low;
    one["high"] = bin.high;
    one["old"] = bin_side(bin.old_count, bin.old_confidence, bin.old_accuracy);
    one["new"] = bin_side(bin.new_count, bin.new_confidence, bin.new_accuracy);
    json.push_back(std::move(one));
  }
  return json;
}

Json pictures_of(const diff::PredictionReport& set, Json json) {
  json["transitions"] = Json::array();
  for (const diff::Transition& one : set.transitions) {
    json["transitions"].push_back(
        {{"old", one.old_label}, {"new", one.new_label}, {"n", one.count}});
  }
  json["calibration"] = calibration_of(set);
  json["histograms"] = Json::array();
  for (const diff::Histogram& histogram : set.histograms) {
    json["histograms"].push_back(
        {{"title", histogram.title}, {"edges", histogram.edges}, {"counts", histogram.counts}});
  }
  return json;
}

Json facts_of(const diff::PredictionReport& set) {
  Json json;
  json["name"] = set.set.name;
  json["path"] = set.set.path;
  json["task"] = policy::to_string(set.set.task);
  json["key"] = set.set.key;
  json["unit"] = policy::unit_noun(set.set);
  json["old"] = {{"name", set.old_name}, {"sha256", set.old_sha256}};
  json["new"] = {{"name", set.new_name}, {"sha256", set.new_sha256}};
  json["reader"] = json_reader(set.path);
  json["verdict"] = policy::to_string(set.verdict);
  json["comparable"] = set.is_comparable();
  json["decide"] = policy::to_string(set.decide);
  json["alpha"] = set.alpha;
  return json;
}

Json set_of(const diff::PredictionReport& set) {
  Json json = facts_of(set);
  json["counts"] = counts_of(set.counts, set.set);
  json["mcnemar_p"] = json_number(set.mcnemar_p);
  json["metrics"] = metrics_of(set.metrics);
  json["slices"] = slices_of(set.slices, set.set);
  json["groups"] = slices_of(set.groups, set.set);
  json["gaps"] = gaps_of(set.gaps);
  json["slice_search"] = search_of(set.search);
  json["rules"] = json_rules(set.rules);
  json["findings"] = set.findings;
  json["worst_by"] = json_text_or_null(set.worst_by);
  json["worst"] = worst_of(set);
  return pictures_of(set, std::move(json));
}

}  // namespace

std::string diff_as_json(const diff::Report& report, const pipeline::VersionChange& change) {
  Json json;
  json["schema_version"] = 1;
  json["verdict"] = policy::to_string(report.verdict);
  json["old"] = {{"name", report.old_name}, {"commit", json_text_or_null(report.old_commit)}};
  json["new"] = {{"name", report.new_name}, {"commit", json_text_or_null(report.new_commit)}};
  json["policy"] = {{"file", json_text_or_null(report.policy_file)},
                    {"sha256", json_text_or_null(report.policy_sha256)}};
  add_change(json, change);
  json["predictions"] = Json::array();
  for (const diff::PredictionReport& set : report.predictions) {
    json["predictions"].push_back(set_of(set));
  }
  json["rules"] = json_rules(report.rules);
  spell_bytes(json);
  return json.dump(2, ' ') + '\n';
}

}  // namespace mlops::report
