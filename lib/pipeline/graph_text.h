#pragma once

#include <string>

#include "pipeline/graph.h"

namespace mlops::pipeline {

/// A graph for readers and for other programs. Ids are escaped as each form needs it: a hostile
/// matrix value can neither move a cursor nor become markup.

/// One line an instance in running order, with what it waits for and its outs below it, indented.
std::string graph_as_text(const Graph& graph);
/// Graphviz: `mlops pipeline graph --format dot | dot -Tsvg`.
std::string graph_as_dot(const Graph& graph);
/// Mermaid's flowchart, as Markdown pages show it.
std::string graph_as_mermaid(const Graph& graph);

}  // namespace mlops::pipeline
