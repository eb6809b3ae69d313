#include "fault/power_cut.h"

#include <cstdlib>
#include <stdexcept>
#include <unordered_set>

#include "base/hex.h"
#include "codec/bytes.h"
#include "codec/sha256.h"

namespace mlops::test {

namespace {

/// In memory where there is such a place: what is synced here proves nothing, and takes long.
class Scratch {
 public:
  Scratch() {
    const fs::path memory = "/dev/shm";
    std::string name =
        ((fs::is_directory(memory) ? memory : fs::temp_directory_path()) / "mlops-cut-XXXXXX")
            .string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("cannot make a temporary directory");
    }
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored_at_the_end_of_a_test;
    fs::remove_all(path_, ignored_at_the_end_of_a_test);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string digest_of(const Tree& tree, Ended ended) {
  codec::Sha256 hasher;
  for (const auto& [name, content] : tree) {
    const std::string front = name + '\0' + std::to_string(content.size()) + '\0';
    hasher.update(codec::as_bytes(front));
    hasher.update(codec::as_bytes(content));
  }
  return to_hex(hasher.finish()) + (ended == Ended::yes ? "+" : "-");
}

}  // namespace

Recording record(const fs::path& top, const std::function<void()>& command) {
  SimulatedDisk before(top);
  os::fault::arm("trace");
  try {
    command();
  } catch (...) {
    os::fault::arm("off");
    throw;
  }
  Recording recording{std::move(before), os::fault::trace()};
  os::fault::arm("off");
  return recording;
}

PowerCuts cut_everywhere(const Recording& recording, const Oracle& oracle) {
  PowerCuts result;
  SimulatedDisk disk = recording.before;
  std::mt19937_64 random(1);
  std::unordered_set<std::string> seen;
  const auto cut = [&](Ended ended) {
    ++result.points;
    disk.for_each_state(random, [&](const Tree& tree) {
      if (!result.problems.empty() || !seen.insert(digest_of(tree, ended)).second) {
        return;
      }
      ++result.states;
      const Scratch scratch;
      write_tree(tree, scratch.path());
      if (auto problem = oracle(scratch.path(), ended)) {
        result.problems.push_back(std::move(*problem));
      }
    });
  };
  cut(Ended::no);
  for (const os::fault::Call& call : recording.calls) {
    if (result.problems.empty() && disk.apply(call)) {
      cut(Ended::no);
    }
  }
  cut(Ended::yes);
  return result;
}

Recording without(const Recording& recording, std::size_t at) {
  Recording less = recording;
  less.calls.erase(less.calls.begin() + static_cast<std::ptrdiff_t>(at));
  return less;
}

std::vector<std::size_t> find_calls(const Recording& recording,
                                    const std::string& name,
                                    const std::string& part) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < recording.calls.size(); ++i) {
    const os::fault::Call& call = recording.calls[i];
    if (call.name == name && call.path.find(part) != std::string::npos) {
      found.push_back(i);
    }
  }
  return found;
}

}  // namespace mlops::test
