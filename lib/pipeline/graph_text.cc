#include "pipeline/graph_text.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mlops::pipeline {

namespace {

std::string dot_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : escape_for_terminal(text)) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + "\"";
}

/// Mermaid reads #NN; as a character; everything that could end a label or become HTML is written
/// so.
std::string mermaid_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : escape_for_terminal(text)) {
    if (std::string_view("\"#&<>;`[](){}|\\").find(c) != std::string_view::npos) {
      quoted += fmt::format("#{};", static_cast<int>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace

std::string graph_as_text(const Graph& graph) {
  std::string text;
  for (const auto& instance : graph.instances) {
    text += escape_for_terminal(instance.id);
    text += instance.enabled ? "\n" : "  (skipped: 'when' does not hold)\n";
    for (const auto up : instance.upstream) {
      text += fmt::format("  {} {}\n",
                          instance.is_input(up) ? "reads from" : "comes after",
                          escape_for_terminal(graph.instances[up].id));
    }
    for (const auto& out : instance.outs) {
      text +=
          fmt::format("  makes {}{}\n",
                      escape_for_terminal(out.path),
                      out.kind == OutKind::data ? "" : fmt::format("  ({})", to_string(out.kind)));
    }
  }
  return text;
}

std::string graph_as_dot(const Graph& graph) {
  std::string text = "digraph pipeline {\n  rankdir=LR;\n  node [shape=box];\n";
  for (std::size_t i = 0; i < graph.instances.size(); ++i) {
    const auto& instance = graph.instances[i];
    text += fmt::format("  n{} [label={}{}];\n",
                        i,
                        dot_string(instance.id),
                        instance.enabled ? "" : ", style=dotted");
    for (const auto up : instance.upstream) {
      text +=
          fmt::format("  n{} -> n{}{};\n", up, i, instance.is_input(up) ? "" : " [style=dashed]");
    }
  }
  return text + "}\n";
}

std::string graph_as_mermaid(const Graph& graph) {
  std::string text = "flowchart LR\n";
  for (std::size_t i = 0; i < graph.instances.size(); ++i) {
    const auto& instance = graph.instances[i];
    text += fmt::format("  n{}[{}]\n", i, mermaid_string(instance.id));
    for (const auto up : instance.upstream) {
      text += fmt::format("  n{} {} n{}\n", up, instance.is_input(up) ? "-->" : "-.->", i);
    }
  }
  return text;
}

}  // namespace mlops::pipeline
