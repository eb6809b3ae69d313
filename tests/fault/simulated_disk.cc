#include "fault/simulated_disk.h"

#include <algorithm>
#include <stdexcept>

#include <fcntl.h>

#include <linux/fs.h>

#include "support/temp_dir.h"

namespace mlops::test {

namespace {

constexpr std::size_t kSector = 512;
constexpr std::size_t kExhaustive = 4;
constexpr int kDraws = 5;

}  // namespace

SimulatedDisk::SimulatedDisk(const fs::path& top) : top_(top) {
  load(top);
}

int SimulatedDisk::load(const fs::path& path) {
  const int number = static_cast<int>(inodes_.size());
  inodes_[number];
  if (fs::is_directory(path)) {
    inodes_.at(number).is_directory = true;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (fs::is_symlink(entry.symlink_status())) {
        throw std::runtime_error("the simulated disk knows no links");
      }
      const int child = load(entry.path());
      inodes_.at(number).names[entry.path().filename()] = child;
    }
    Inode& made = inodes_.at(number);
    made.now = made.names;
  } else {
    inodes_.at(number).content = read_file(path);
    inodes_.at(number).size = inodes_.at(number).content.size();
  }
  return number;
}

std::optional<std::string> SimulatedDisk::relative(const std::string& path) const {
  if (path == top_.string()) {
    return "";
  }
  const std::string prefix = top_.string() + "/";
  return path.starts_with(prefix) ? std::optional(path.substr(prefix.size())) : std::nullopt;
}

std::optional<int> SimulatedDisk::find(const std::string& path) const {
  const auto below = relative(path);
  if (!below) {
    return std::nullopt;
  }
  int at = 0;
  for (const fs::path& part : fs::path(*below)) {
    const auto& names = inodes_.at(at).now;
    const auto place = names.find(part.string());
    if (place == names.end()) {
      return std::nullopt;
    }
    at = place->second;
  }
  return at;
}

std::optional<std::pair<int, std::string>> SimulatedDisk::find_parent(
    const std::string& path) const {
  if (!relative(path) || path == top_.string()) {
    return std::nullopt;
  }
  const auto parent = find(fs::path(path).parent_path().string());
  return parent ? std::optional(std::pair(*parent, fs::path(path).filename().string()))
                : std::nullopt;
}

std::uint64_t SimulatedDisk::push(Operation operation) {
  operation.number = ++last_number_;
  touched_.insert(operation.inode);
  touched_.insert(operation.directory);
  pending_.push_back(std::move(operation));
  return last_number_;
}

int SimulatedDisk::create(int directory, const std::string& name, bool is_directory) {
  const int made = static_cast<int>(inodes_.size());
  inodes_[made].is_directory = is_directory;
  inodes_.at(directory).now[name] = made;
  push({Operation::Kind::add, made, directory, name, 0, {}, 0, 0});
  return made;
}

bool SimulatedDisk::open(const os::fault::Call& call) {
  const auto parent = find_parent(call.path);
  if ((call.flags & O_CREAT) == 0 || !parent || find(call.path)) {
    return false;
  }
  create(parent->first, parent->second, false);
  return true;
}

bool SimulatedDisk::rename(const os::fault::Call& call) {
  const auto inode = find(call.path);
  const auto from = find_parent(call.path);
  const auto to = find_parent(call.to);
  if (!inode || !from || !to) {
    return false;
  }
  if ((call.flags & RENAME_NOREPLACE) != 0 && find(call.to)) {
    return false;
  }
  inodes_.at(from->first).now.erase(from->second);
  inodes_.at(to->first).now[to->second] = *inode;
  const auto added = push({Operation::Kind::add, *inode, to->first, to->second, 0, {}, 0, 0});
  push({Operation::Kind::remove, *inode, from->first, from->second, 0, {}, 0, added});
  return true;
}

bool SimulatedDisk::remove(const os::fault::Call& call) {
  const auto inode = find(call.path);
  const auto parent = find_parent(call.path);
  if (!inode || !parent) {
    return false;
  }
  inodes_.at(parent->first).now.erase(parent->second);
  push({Operation::Kind::remove, *inode, parent->first, parent->second, 0, {}, 0, 0});
  return true;
}

bool SimulatedDisk::sync(const os::fault::Call& call) {
  const auto inode = find(call.path);
  if (!inode) {
    return false;
  }
  const std::size_t before = pending_.size();
  commit([&](const Operation& operation) {
    return operation.kind == Operation::Kind::write ? operation.inode == *inode
                                                    : operation.directory == *inode;
  });
  return pending_.size() != before;
}

void SimulatedDisk::commit(const std::function<bool(const Operation&)>& chosen) {
  std::vector<std::uint64_t> numbers;
  for (const Operation& operation : pending_) {
    if (chosen(operation)) {
      numbers.push_back(operation.number);
      // A rename is one step: its old name does not go without the new one.
      numbers.push_back(operation.after);
    }
  }
  std::vector<Operation> rest;
  for (Operation& operation : pending_) {
    if (std::find(numbers.begin(), numbers.end(), operation.number) != numbers.end()) {
      keep(inodes_, operation, {true, 0, operation.data.size()});
    } else {
      rest.push_back(std::move(operation));
    }
  }
  pending_ = std::move(rest);
}

bool SimulatedDisk::apply(const os::fault::Call& call) {
  if (call.name == "openat") {
    return open(call);
  }
  if (call.name == "mkdirat") {
    const auto parent = find_parent(call.path);
    if (!parent || find(call.path)) {
      return false;
    }
    create(parent->first, parent->second, true);
    return true;
  }
  if (call.name == "write") {
    const auto inode = find(call.path);
    if (!inode) {
      return false;
    }
    std::size_t& size = inodes_.at(*inode).size;
    push({Operation::Kind::write, *inode, 0, {}, size, call.data, 0, 0});
    size += call.data.size();
    return true;
  }
  if (call.name == "renameat2") {
    return rename(call);
  }
  if (call.name == "unlinkat") {
    return remove(call);
  }
  if (call.name == "fsync" || call.name == "fdatasync") {
    return sync(call);
  }
  if (relative(call.path) && (call.name == "linkat" || call.name == "symlinkat")) {
    throw std::runtime_error("the simulated disk knows no links");
  }
  return false;
}

void SimulatedDisk::keep(Inodes& inodes, const Operation& operation, const Kept& kept) {
  if (operation.kind == Operation::Kind::write) {
    std::string& content = inodes.at(operation.inode).content;
    const std::size_t end = operation.offset + kept.to;
    content.resize(std::max(content.size(), end), '\0');
    content.replace(operation.offset + kept.from,
                    kept.to - kept.from,
                    operation.data,
                    kept.from,
                    kept.to - kept.from);
    return;
  }
  auto& names = inodes.at(operation.directory).names;
  if (operation.kind == Operation::Kind::add) {
    names[operation.name] = operation.inode;
    return;
  }
  const auto place = names.find(operation.name);
  if (place != names.end() && place->second == operation.inode) {
    names.erase(place);
  }
}

std::vector<SimulatedDisk::Kept> SimulatedDisk::choices(const Operation& operation) const {
  const std::size_t size = operation.data.size();
  std::vector<Kept> all{{}, {true, 0, size}};
  if (size > kSector) {
    const std::size_t middle = size / 2 / kSector * kSector;
    const std::size_t cut = std::max(middle, kSector);
    all.push_back({true, 0, cut});
    all.push_back({true, cut, size});
  }
  return all;
}

std::vector<std::vector<SimulatedDisk::Kept>> SimulatedDisk::all_choices() const {
  std::vector<std::vector<Kept>> all{{}};
  for (const Operation& operation : pending_) {
    std::vector<std::vector<Kept>> longer;
    for (const auto& before : all) {
      for (const Kept& choice : choices(operation)) {
        longer.push_back(before);
        longer.back().push_back(choice);
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::vector<std::vector<SimulatedDisk::Kept>> SimulatedDisk::some_choices(
    std::mt19937_64& random) const {
  const std::vector<Kept> nothing(pending_.size());
  std::vector<Kept> everything;
  for (const Operation& operation : pending_) {
    everything.push_back({true, 0, operation.data.size()});
  }
  std::vector<std::vector<Kept>> some{nothing, everything};
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    some.push_back(nothing);
    some.back()[i] = everything[i];
    some.push_back(everything);
    some.back()[i] = {};
  }
  for (int draw = 0; draw < kDraws; ++draw) {
    some.emplace_back();
    for (const Operation& operation : pending_) {
      const auto all = choices(operation);
      some.back().push_back(all[random() % all.size()]);
    }
  }
  return some;
}

void SimulatedDisk::for_each_state(std::mt19937_64& random,
                                   std::set<std::string>& seen,
                                   const std::function<void(const Tree&)>& visit) const {
  const auto kept = pending_.size() <= kExhaustive ? all_choices() : some_choices(random);
  for (const auto& choice : kept) {
    const Inodes changed = changed_by(choice);
    std::string signature;
    for (const auto& [number, inode] : changed) {
      signature += std::to_string(number) + ":" + inode.content + "/";
      for (const auto& [name, child] : inode.names) {
        signature += name + "=" + std::to_string(child) + "/";
      }
    }
    if (seen.insert(std::move(signature)).second) {
      visit(tree_of(changed));
    }
  }
}

SimulatedDisk::Inodes SimulatedDisk::changed_by(const std::vector<Kept>& kept) const {
  Inodes inodes;
  for (const int number : touched_) {
    inodes.emplace(number, inodes_.at(number));
  }
  std::vector<std::uint64_t> lost;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Operation& operation = pending_[i];
    const bool lacks_new_name =
        operation.after != 0 && std::find(lost.begin(), lost.end(), operation.after) != lost.end();
    if (kept[i].any && !lacks_new_name) {
      keep(inodes, operation, kept[i]);
    } else {
      lost.push_back(operation.number);
    }
  }
  return inodes;
}

Tree SimulatedDisk::tree_of(const Inodes& changed) const {
  Tree tree;
  std::vector<std::pair<std::string, int>> open{{"", 0}};
  while (!open.empty()) {
    const auto [path, number] = open.back();
    open.pop_back();
    const auto place = changed.find(number);
    const Inode& inode = place != changed.end() ? place->second : inodes_.at(number);
    if (!inode.is_directory) {
      tree.emplace(path, inode.content);
      continue;
    }
    if (!path.empty()) {
      tree.emplace(path + "/", "");
    }
    for (const auto& [name, child] : inode.names) {
      open.emplace_back(path.empty() ? name : path + "/" + name, child);
    }
  }
  return tree;
}

void write_tree(const Tree& tree, const fs::path& directory) {
  // A directory sorts before what is in it.
  for (const auto& [name, content] : tree) {
    if (name.ends_with('/')) {
      fs::create_directory(directory / name);
    } else {
      write_file(directory / name, content);
    }
  }
}

}  // namespace mlops::test
