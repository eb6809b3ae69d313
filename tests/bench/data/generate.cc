/// Writes the trees that tests/bench/data/run measures with. The same arguments give the same
/// bytes.
///
///   bench_generate S1|S2|S3|S4 DIRECTORY SCALE
///   bench_generate change DIRECTORY EVERY      rewrites every EVERY-th file of S1 or S4, other
///   bytes
///
/// S1: 100,000 files of 2 to 20 KB, half CSV-like text, half random, 100 a directory.
/// S2: one file of 4 GiB + 1 MiB, text and random in turns of 1 MiB.
/// S3: S2 with 1 MiB inserted in the middle and 0.1 % of its bytes changed in runs of 16 KiB.
/// S4: 1,000,000 files of 1 KB, 1,000 a directory.
/// SCALE multiplies the number of files, or the size of the one.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMiB = 1U << 20U;

/// splitmix64: small, fast, and the same everywhere. (Steele, Lea, Flood, OOPSLA 2014)
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }

 private:
  std::uint64_t state_;
};

void append_noise(Random& random, std::size_t count, std::string& out) {
  const std::size_t end = out.size() + count;
  while (out.size() < end) {
    std::uint64_t value = random.next();
    for (std::size_t i = 0; i < 8 && out.size() < end; ++i) {
      out.push_back(static_cast<char>(value & 0xffU));
      value >>= 8U;
    }
  }
}

void append_text(Random& random, std::size_t count, std::string& out) {
  constexpr std::string_view kCountries[] = {"DE", "FR", "ES", "IT", "PL", "NL"};
  constexpr std::string_view kDevices[] = {"phone", "desktop", "tablet"};
  const std::size_t end = out.size() + count;
  std::uint64_t row = random.below(1'000'000);
  while (out.size() < end) {
    fmt::format_to(std::back_inserter(out),
                   "{},2026-{:02}-{:02}T{:02}:{:02}:00Z,{},{},{}.{:02},{}\n",
                   row++,
                   1 + random.below(12),
                   1 + random.below(28),
                   random.below(24),
                   random.below(60),
                   kCountries[random.below(6)],
                   kDevices[random.below(3)],
                   random.below(1000),
                   random.below(100),
                   random.below(2));
  }
  out.resize(end);
}

void write_file(const fs::path& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

struct Tree {
  std::uint64_t files;
  std::uint64_t a_directory;
  std::uint64_t smallest;
  std::uint64_t largest;
};
constexpr Tree kS1{100'000, 100, 2'000, 20'000};
constexpr Tree kS4{1'000'000, 1'000, 1'000, 1'000};

/// Each file has a seed of its own, so that one can be made again.
std::string file_content(const Tree& tree, std::uint64_t number, std::uint64_t version) {
  Random random(number * 2 + version * 0x1234567U);
  const auto size =
      static_cast<std::size_t>(tree.smallest + random.below(tree.largest - tree.smallest + 1));
  std::string content;
  content.reserve(size + 128);
  if (number % 2 == 0) {
    append_text(random, size, content);
  } else {
    append_noise(random, size, content);
  }
  return content;
}

fs::path file_path(const Tree& tree, const fs::path& top, std::uint64_t number) {
  return top / fmt::format("{:04}", number / tree.a_directory) / fmt::format("{:07}", number);
}

void write_tree(const Tree& tree, const fs::path& top, double scale) {
  const auto files = static_cast<std::uint64_t>(static_cast<double>(tree.files) * scale);
  for (std::uint64_t number = 0; number < files; ++number) {
    const fs::path path = file_path(tree, top, number);
    if (number % tree.a_directory == 0) {
      fs::create_directories(path.parent_path());
    }
    write_file(path, file_content(tree, number, 0));
  }
}

/// Other bytes of another size, so that no tool can miss it.
void change_tree(const fs::path& top, std::uint64_t every) {
  std::uint64_t number = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    if (number % every == 0) {
      write_file(path, file_content(kS1, number, 1));
    }
    ++number;
  }
}

std::uint64_t large_size(double scale) {
  return static_cast<std::uint64_t>(4096.0 * scale) * kMiB + kMiB;
}

void write_large(const fs::path& path, double scale) {
  std::ofstream out(path, std::ios::binary);
  Random random(2);
  std::string piece;
  for (std::uint64_t i = 0; i < large_size(scale) / kMiB; ++i) {
    piece.clear();
    i % 2 == 0 ? append_text(random, kMiB, piece) : append_noise(random, kMiB, piece);
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  }
  out.close();
  if (!out) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

/// The second version is made from the first, in place in memory of one piece at a time.
void write_second_version(const fs::path& path, double scale) {
  constexpr std::uint64_t kRun = 16U << 10U;
  write_large(path, scale);
  const std::uint64_t size = large_size(scale);
  const fs::path old = path.string() + ".old";
  fs::rename(path, old);
  std::ifstream in(old, std::ios::binary);
  std::ofstream out(path, std::ios::binary);
  Random random(3);
  const std::uint64_t runs = std::max<std::uint64_t>(size / 1000 / kRun, 1);
  std::vector<std::uint64_t> changed;
  for (std::uint64_t i = 0; i < runs; ++i) {
    changed.push_back(random.below(size / kRun));
  }
  std::sort(changed.begin(), changed.end());
  std::string piece(kRun, '\0');
  std::string other;
  for (std::uint64_t at = 0; at < size / kRun; ++at) {
    in.read(piece.data(), static_cast<std::streamsize>(kRun));
    if (at == size / kRun / 2) {
      other.clear();
      append_noise(random, kMiB, other);
      out.write(other.data(), static_cast<std::streamsize>(other.size()));
    }
    if (std::binary_search(changed.begin(), changed.end(), at)) {
      piece.clear();
      append_noise(random, kRun, piece);
    }
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  }
  out.close();
  if (!in || !out) {
    throw std::runtime_error("cannot write " + path.string());
  }
  fs::remove(old);
}

int generate(const std::vector<std::string>& arguments) {
  if (arguments.size() != 3) {
    std::cerr << "usage: bench_generate S1|S2|S3|S4 DIRECTORY SCALE, or change DIRECTORY EVERY\n";
    return 2;
  }
  const std::string& what = arguments[0];
  const fs::path top = arguments[1];
  if (what == "change") {
    change_tree(top, std::stoull(arguments[2]));
    return 0;
  }
  const double scale = std::stod(arguments[2]);
  fs::create_directories(top);
  if (what == "S1" || what == "S4") {
    write_tree(what == "S1" ? kS1 : kS4, top, scale);
  } else if (what == "S2") {
    write_large(top / "large.bin", scale);
  } else if (what == "S3") {
    write_second_version(top / "large.bin", scale);
  } else {
    std::cerr << "bench_generate: error: there is no " << what << '\n';
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return generate({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "bench_generate: error: " << error.what() << '\n';
    return 1;
  }
}
