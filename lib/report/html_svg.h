#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diff/result.h"

namespace mlops::report {

/// The strokes that the pictures are made of. Texts are escaped here; `style` is a class of
/// page_style(), coordinates are those of the SVG's view box.

/// How much room a picture asks for beside others.
enum class Width { column, wide };

/// A picture with its title and a line of explanation; `body` is markup.
std::string figure(std::string_view title,
                   std::string_view sub,
                   const std::string& body,
                   Width width = Width::column);
/// Names of the versions beside their colours.
std::string legend(const diff::PredictionReport& set);
std::string line(double x1, double y1, double x2, double y2, std::string_view style);
std::string rect(double x, double y, double width, double height, std::string_view style);
std::string label(double x, double y, std::string_view anchor, std::string_view text);
/// `name` is what a screen reader says.
std::string svg(double width, double height, std::string_view name, const std::string& body);
/// "9999", "12k", "3M".
std::string short_count(std::uint64_t count);
/// Three significant digits: "0.125", "794M".
std::string short_number(double value);

}  // namespace mlops::report
