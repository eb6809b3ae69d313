#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/graph_picture.h"
#include "report/html_page.h"
#include "report/run_report.h"
#include "report/run_words.h"

namespace mlops::report {

namespace {

using pipeline::RecordedEdge;
using pipeline::RecordedInstance;
using pipeline::RecordedRun;
using pipeline::RunState;

constexpr std::string_view kRunStyle = R"css(
.picture{padding:6px;text-align:center}.picture .graph{margin:0 auto}
.spent{display:block;height:5px;border-radius:3px;background:var(--new);margin-top:4px;min-width:1px}
td.time{min-width:110px}
)css";

std::string_view style_of(const std::string& state) {
  if (state == "failed" || state == "cancelled" || state == "lost") {
    return "bad";
  }
  if (state == "ran") {
    return "good";
  }
  return state == "cached" || state == "restored" ? "cached" : "idle";
}

/// Class of a pill of page_style() for a state of an instance.
std::string_view pill_of(const std::string& state) {
  const auto style = style_of(state);
  return style == "bad" ? "fail" : style == "good" ? "pass" : "none";
}

std::string time_text(const RecordedInstance& instance) {
  return format_duration(std::chrono::milliseconds(static_cast<std::int64_t>(instance.elapsed_ms)));
}

std::string note_of(const RecordedInstance& instance, RunState run_state) {
  auto state = state_of(instance, run_state);
  if (instance.attempts == 0) {
    return state;
  }
  return state == "ran" ? time_text(instance) : fmt::format("{} · {}", state, time_text(instance));
}

PictureNode node_of(const RecordedInstance& instance, RunState run_state) {
  const auto [stage, values] = split_instance(instance.id);
  PictureNode node{stage, note_of(instance, run_state), instance.id, ""};
  node.note += values.empty() ? "" : " · " + values;
  node.style = style_of(state_of(instance, run_state));
  node.tooltip += "\n" + state_of(instance, run_state);
  if (instance.attempts > 0) {
    node.tooltip += fmt::format(
        "\n{}, {} of memory at most", time_text(instance), format_bytes(instance.peak_rss_bytes));
  }
  if (!instance.reason.empty()) {
    node.tooltip += "\n" + instance.reason;
  }
  return node;
}

Picture picture_of_instances(const RecordedRun& run, RunState state) {
  Picture picture;
  for (const auto& instance : run.instances) {
    picture.nodes.push_back(node_of(instance, state));
  }
  for (const auto& [from, to] : run.data_edges) {
    picture.edges.push_back({from, to, false});
  }
  for (const auto& [from, to] : run.order_edges) {
    picture.edges.push_back({from, to, true});
  }
  return picture;
}

/// One box a stage: how many instances, how long in all, and the worst of their states.
Picture picture_of_stages(const RecordedRun& run, RunState state) {
  struct Group {
    std::size_t count = 0;
    std::uint64_t elapsed_ms = 0;
    std::set<std::string_view> styles;
  };
  std::map<std::string, std::size_t> places;
  std::vector<Group> groups;
  std::vector<std::size_t> group_of;
  Picture picture;
  for (const auto& instance : run.instances) {
    const auto stage = split_instance(instance.id).first;
    const auto [place, is_new] = places.try_emplace(stage, groups.size());
    if (is_new) {
      groups.emplace_back();
      picture.nodes.push_back({stage, "", stage, ""});
    }
    auto& group = groups[place->second];
    ++group.count;
    group.elapsed_ms += instance.elapsed_ms;
    group.styles.insert(style_of(state_of(instance, state)));
    group_of.push_back(place->second);
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::chrono::milliseconds elapsed(static_cast<std::int64_t>(groups[i].elapsed_ms));
    picture.nodes[i].note =
        fmt::format("{} · {}", plural(groups[i].count, "instance"), format_duration(elapsed));
    for (const std::string_view style : {"bad", "good", "cached", "idle"}) {
      if (groups[i].styles.contains(style)) {
        picture.nodes[i].style = style;
        break;
      }
    }
  }
  std::map<RecordedEdge, bool> edges;
  const auto add = [&](const std::vector<pipeline::RecordedEdge>& some, bool is_order) {
    for (const auto& [from, to] : some) {
      if (group_of[from] < group_of[to]) {
        const auto edge = edges.try_emplace({group_of[from], group_of[to]}, is_order).first;
        edge->second = edge->second && is_order;
      }
    }
  };
  add(run.data_edges, false);
  add(run.order_edges, true);
  for (const auto& [ends, is_order] : edges) {
    picture.edges.push_back({ends.first, ends.second, is_order});
  }
  return picture;
}

std::string banner(const RecordedRun& run, RunState state, std::int64_t now_ns) {
  const auto outcome = outcome_of(run, state);
  const std::string_view style = outcome == "done"          ? "pass"
                                 : outcome == "running"     ? "none"
                                 : outcome == "interrupted" ? "warn"
                                                            : "fail";
  std::string reasons;
  std::size_t shown = 0;
  for (const auto& instance : run.instances) {
    if (instance.state == "failed" && ++shown <= 8) {
      reasons += fmt::format(
          "<li><b>{}</b>: {}</li>", escape_html(instance.id), escape_html(instance.reason));
    }
  }
  return fmt::format(R"(<div class="banner {}"><b>{}</b><div><p>{} in {}.</p>{}</div></div>)",
                     style,
                     escape_html(outcome),
                     escape_html(tally_of(run)),
                     format_duration(duration_of(run, state, now_ns)),
                     reasons.empty() ? "" : "<ul>" + reasons + "</ul>");
}

std::string meta(const RecordedRun& run) {
  auto text = fmt::format("{} · begun {}", escape_html(run.pipeline), escape_html(run.begun));
  if (run.commit) {
    text += fmt::format(" · revision {}{}",
                        escape_html(run.commit->substr(0, 12)),
                        run.is_dirty ? " with uncommitted changes" : "");
  }
  if (!run.assignments.empty()) {
    text += fmt::format(" · experiment: {}", escape_html(join(run.assignments, ", "), 500));
  }
  return R"(<p class="meta">)" + text + "</p>";
}

std::string row(const RecordedInstance& instance, RunState run_state, std::uint64_t longest) {
  const auto state = state_of(instance, run_state);
  const auto share = longest == 0 ? 0.0
                                  : 100.0 * static_cast<double>(instance.elapsed_ms) /
                                        static_cast<double>(longest);
  const bool did_run = instance.attempts > 0;
  const auto bar = fmt::format(R"(<i class="spent" style="width:{:.1f}%"></i>)", share);
  std::string notes = escape_html(instance.reason, 300);
  for (const auto& warning : instance.warnings) {
    notes += fmt::format(R"(<span class="sub">{}</span>)", escape_html(warning, 300));
  }
  return fmt::format(
      R"(<tr><th scope="row">{}</th><td data-l="state"><span class="pill {}">{}</span></td>)"
      R"(<td class="time" data-l="time" data-v="{}">{}{}</td>)"
      R"(<td class="num" data-l="memory" data-v="{}">{}</td><td data-l="end">{}</td>)"
      R"(<td data-l="grade">{}</td><td data-l="why" class="below">{}</td></tr>)",
      escape_html(instance.id),
      pill_of(state),
      escape_html(state),
      instance.elapsed_ms,
      did_run ? time_text(instance) : "",
      did_run ? bar : "",
      instance.peak_rss_bytes,
      did_run ? format_bytes(instance.peak_rss_bytes) : "",
      escape_html(end_of(instance)),
      escape_html(instance.grade),
      notes);
}

std::string table(const RecordedRun& run, RunState state) {
  std::uint64_t longest = 0;
  for (const auto& instance : run.instances) {
    longest = std::max(longest, instance.elapsed_ms);
  }
  std::string text =
      R"(<h3>Instances</h3><div class="card scroll"><table class="sortable stack"><thead><tr>)"
      R"(<th>instance</th><th>state</th><th>time</th><th class="num">memory</th><th>end</th>)"
      R"(<th>grade</th><th>why</th></tr></thead><tbody>)";
  for (const auto& instance : run.instances) {
    text += row(instance, state, longest) + '\n';
  }
  return text + "</tbody></table></div>";
}

}  // namespace

std::string run_html(const RecordedRun& run, RunState state, std::int64_t now_ns) {
  const auto picture = run.instances.size() > kMaxBoxes ? picture_of_stages(run, state)
                                                        : picture_of_instances(run, state);
  return fmt::format(
             R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';img-src data:;style-src 'unsafe-inline';script-src 'unsafe-inline'">
<title>run {0}: {1}</title><link rel="icon" href="data:,"><style>{2}{3}{4}</style></head><body><main>
<p class="over">mlops run</p><h1>{0}</h1>
)",
             escape_html(run.id),
             escape_html(outcome_of(run, state)),
             page_style(),
             picture_style(),
             kRunStyle) +
         banner(run, state, now_ns) + meta(run) +
         R"(<h3>Graph</h3><div class="card scroll picture">)" + draw(picture, "stages") +
         "</div>\n" + table(run, state) +
         fmt::format(
             "<footer>Solid arrows are outs that are read, dashed ones are order alone. "
             "{}</footer></main><script>{}</script></body></html>\n",
             escape_html(run.work_tree),
             page_script());
}

}  // namespace mlops::report
