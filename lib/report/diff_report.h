#pragma once

#include <string>

#include "diff/result.h"
#include "pipeline/version_change.h"

namespace mlops::report {

/// How text is laid out. Width 0: no limit (not a terminal).
struct TextStyle {
  std::size_t width = 0;
  enum class Color { no, yes } color = Color::no;
};

/// What two versions differ in beside predictions: a line a part, and its first rows below it.
/// Escaped for terminals; empty where no part was compared.
std::string change_as_text(const pipeline::VersionChange& change, const TextStyle& style);

/// Each page begins with what `change` has; a report whose verdict is `skipped` and that has no
/// prediction sets judged nothing, and only the change is shown.

/// The table of a diff: verdict line, rules, flips, worst rows. Escaped for terminals, ends in
/// '\n'.
std::string diff_as_text(const diff::Report& report,
                         const TextStyle& style,
                         const pipeline::VersionChange& change = {});
/// Stable JSON (schema_version 1); NaN and infinities as strings; byte-identical on a rerun.
std::string diff_as_json(const diff::Report& report, const pipeline::VersionChange& change = {});
/// What reports for pull requests and CI may show, whose readers may not be allowed to see the
/// data: keys, counts and figures always; labels, predictions and reasons that name them only where
/// shown. Names of slices are the names of rules and always there.
enum class Values { hidden, shown };

/// JUnit's XML: a test suite a set, a test case a rule. A rule that warns is a passed case that
/// says so; what was not judged is skipped, or failed where the policy makes it fail.
std::string diff_as_junit(const diff::Report& report, Values values);
/// GitHub-flavoured Markdown for a comment: at most 60,000 bytes, and says what was cut. Begins
/// with a marker by which a bot finds its comment again.
std::string diff_as_markdown(const diff::Report& report,
                             Values values,
                             const pipeline::VersionChange& change = {});
/// Workflow commands of GitHub Actions: an annotation for each rule that fails, warns or could not
/// be judged, at its line of the policy.
std::string diff_as_github(const diff::Report& report, Values values);
/// The same as GitLab's code quality report.
std::string diff_as_gitlab(const diff::Report& report, Values values);
/// What the rules of that name or metric ("ece", "accuracy [ward=C]") measured, of what, what they
/// were held against, why they ended as they did and what would change it. Escaped for terminals.
/// Error{usage} for a name that is no rule's.
std::string explain_rule(const diff::Report& report,
                         const std::string& rule,
                         const TextStyle& style);
/// The changed rows of all sets by key: the set, what changed and the key; with values the label
/// and both answers and scores. A text that a spreadsheet would run as a formula begins with "'".
std::string diff_as_csv(const diff::Report& report, Values values);
/// OpenMetrics text for monitoring: figures, counts and verdicts, without a time.
std::string diff_as_openmetrics(const diff::Report& report);

/// One file: inline CSS and SVG, no script from elsewhere, no network, light and dark, at most 2
/// MB.
std::string diff_as_html(const diff::Report& report, const pipeline::VersionChange& change = {});

/// Whether there is more to show than the change.
inline bool has_judged(const diff::Report& report) {
  return report.verdict != policy::Verdict::skipped || !report.predictions.empty();
}

}  // namespace mlops::report
