#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <string>

#include "base/cancel.h"
#include "store/tree.h"
#include "workspace/node_pair.h"
#include "workspace/tree_merge.h"

namespace mlops::workspace::test {

/// Trees from a list of "path=content", and a count of the directories that were read. Content that
/// starts with "#!" is an executable's, with "->" a link's; a path that ends in '/' is an empty
/// directory.
struct Trees {
  store::Entry tree(const std::map<std::string, std::string>& files) {
    std::map<std::string, std::map<std::string, std::string>> below;
    store::Node node;
    for (const auto& [path, content] : files) {
      const std::size_t slash = path.find('/');
      if (slash == std::string::npos) {
        node.entries.push_back(file(path, content));
      } else {
        below[path.substr(0, slash)][path.substr(slash + 1)] = content;
      }
    }
    for (auto& [name, inside] : below) {
      inside.erase("");
      store::Entry directory = tree(inside);
      directory.name = name;
      node.entries.push_back(directory);
    }
    std::sort(node.entries.begin(), node.entries.end(), [](const auto& a, const auto& b) {
      return a.name < b.name;
    });
    store::Entry top;
    top.kind = store::EntryKind::directory;
    top.files = 0;
    for (const store::Entry& entry : node.entries) {
      top.size += entry.size;
      top.files += entry.files;
    }
    top.id = put(node);
    return top;
  }

  store::ObjectId put(const store::Node& node) {
    const auto id = store::compute_id(store::ObjectType::node, store::encode_node(node));
    nodes[id] = node;
    return id;
  }
  LevelReader level_reader() {
    return [read = reader()](const store::ObjectId& id) { return NodeLevel(read(id)); };
  }
  NodeReader reader() {
    return [this](const store::ObjectId& id) {
      ++reads;
      return nodes.at(id);
    };
  }

  static store::Entry file(const std::string& name, const std::string& content) {
    store::Entry entry;
    entry.name = name;
    if (content.starts_with("->")) {
      entry.kind = store::EntryKind::symlink;
    } else if (content.starts_with("#!")) {
      entry.kind = store::EntryKind::executable;
    }
    const std::string bytes = entry.kind == store::EntryKind::file ? content : content.substr(2);
    entry.size = bytes.size();
    entry.id = store::compute_id(
        store::ObjectType::chunk,
        std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    return entry;
  }

  std::map<store::ObjectId, store::Node> nodes;
  int reads = 0;
  CancelToken cancel;
};

}  // namespace mlops::workspace::test
