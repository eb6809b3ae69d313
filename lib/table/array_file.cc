#include "table/array_file.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "codec/bytes.h"
#include "codec/decoder.h"
#include "table/text_stream.h"
#include "table/zip.h"

namespace mlops::table {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18U;
constexpr std::string_view kMemberEnding = ".npy";

/// An NPY file, or a member of an NPZ file: bytes of a file that is open.
struct Extent {
  const os::Fd& fd;
  const std::filesystem::path& path;
  std::uint64_t begin;
  std::uint64_t size;
  bool is_unpacked;
};

std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80U) {
      utf8.push_back(c);
    } else {
      utf8.push_back(static_cast<char>(0xC0U | (byte >> 6U)));
      utf8.push_back(static_cast<char>(0x80U | (byte & 0x3FU)));
    }
  }
  return utf8;
}

class ArrayReader {
 public:
  ArrayReader(const os::Fd& fd,
              const Source& source,
              const ReaderLimits& limits,
              const CancelToken& cancel)
      : fd_(fd), source_(source), limits_(limits), cancel_(cancel) {}
  ArrayTable read();

 private:
  void add_member(const ZipMember& member);
  Extent unpack(const ZipMember& member, const std::string& where);
  void check_sum(const ZipMember& member, const std::string& where);
  void bound(const std::vector<ZipMember>& members) const;
  std::string read_at(const Extent& extent, std::uint64_t offset, std::size_t size) const;
  void add_array(const Extent& extent, const std::string& name, const std::string& where);
  void add_columns(const NpyHeader& header, std::size_t block, const std::string& name);
  void add_column(std::string name, const ArrayColumn& column);
  void take_rows(std::uint64_t rows, const std::string& where);
  [[noreturn]] void fail(const std::string& where, const std::string& problem) const {
    throw Error(ErrorKind::config, fmt::format("{}: {}", where, problem));
  }

  const os::Fd& fd_;
  const Source& source_;
  const ReaderLimits& limits_;
  const CancelToken& cancel_;
  ArrayTable table_;
  std::unordered_set<std::string> names_;
  std::string first_;  ///< the array that said how many rows there are
  std::uint64_t unpacked_bytes_ = 0;
};

ArrayTable ArrayReader::read() {
  if (source_.format == Format::npy) {
    const std::uint64_t size = os::stat_fd(fd_, source_.path).size;
    add_array({fd_, source_.path, 0, size, false}, "value", quote(source_.name));
  } else {
    const std::vector<ZipMember> members = read_zip_directory(fd_, source_);
    bound(members);
    for (const ZipMember& member : members) {
      add_member(member);
    }
  }
  if (table_.shape.columns.empty()) {
    fail(quote(source_.name), "no array with a column is in it");
  }
  std::size_t row = 0;
  for (const ArrayBlock& block : table_.layout.blocks) {
    row += block.stride;
  }
  if (row > kMaxRecordBytes) {
    fail(quote(source_.name),
         fmt::format("the row is longer than {}", format_bytes(kMaxRecordBytes)));
  }
  return std::move(table_);
}

void ArrayReader::bound(const std::vector<ZipMember>& members) const {
  const std::uint64_t packed = os::stat_fd(fd_, source_.path).size;
  std::uint64_t left = std::max(kSmallText, packed * kMaxExpansion);
  for (const ZipMember& member : members) {
    if (member.size > left) {
      throw Error(
          ErrorKind::config,
          fmt::format(
              "{} decompresses to more than {} times its size", quote(source_.name), kMaxExpansion),
          "if it is to be trusted, save it again with numpy.savez");
    }
    left -= member.size;
  }
}

void ArrayReader::add_member(const ZipMember& member) {
  const std::string where = fmt::format("{} member {}", quote(source_.name), quote(member.name));
  if (!member.name.ends_with(kMemberEnding) || member.name.size() == kMemberEnding.size()) {
    fail(where, "no array: its name does not end in .npy");
  }
  const std::string name = member.name.substr(0, member.name.size() - kMemberEnding.size());
  if (member.is_deflated) {
    add_array(unpack(member, where), name, where);
  } else {
    check_sum(member, where);
    add_array({fd_, source_.path, member.begin, member.size, false}, name, where);
  }
}

void ArrayReader::check_sum(const ZipMember& member, const std::string& where) {
  std::vector<std::uint8_t> block(kBlockBytes);
  std::uint32_t sum = 0;
  for (std::uint64_t done = 0; done < member.stored;) {
    cancel_.check();
    const std::span<std::uint8_t> wanted =
        std::span(block).first(std::min<std::uint64_t>(kBlockBytes, member.stored - done));
    if (os::pread_full(fd_, wanted, member.begin + done, source_.path) != wanted.size()) {
      fail(where, "the file is cut off");
    }
    sum = codec::crc32(sum, wanted);
    done += wanted.size();
  }
  if (sum != member.crc) {
    fail(where, "its bytes are damaged (the sum differs)");
  }
}

Extent ArrayReader::unpack(const ZipMember& member, const std::string& where) {
  if (!table_.unpacked) {
    table_.unpacked.emplace(plain_directory(limits_), "plain-");
  }
  std::vector<std::uint8_t> block(kBlockBytes);
  std::vector<std::uint8_t> plain(kBlockBytes);
  const std::unique_ptr<codec::Decoder> decoder = codec::open_deflate_decoder();
  std::uint32_t sum = 0;
  std::uint64_t size = 0;
  std::uint64_t done = 0;
  std::span<const std::uint8_t> rest;
  try {
    for (bool at_end = false; !at_end;) {
      cancel_.check();
      if (rest.empty()) {
        const std::span<std::uint8_t> wanted =
            std::span(block).first(std::min<std::uint64_t>(kBlockBytes, member.stored - done));
        rest = wanted.first(os::pread_full(fd_, wanted, member.begin + done, source_.path));
        done += rest.size();
        at_end = rest.empty();
      }
      const std::size_t count = decoder->decode(rest, plain);
      size += count;
      at_end = at_end && count == 0;
      if (size > member.size) {
        fail(where, "it is larger than the zip file says");
      }
      const std::span<const std::uint8_t> decoded = std::span(plain).first(count);
      sum = codec::crc32(sum, decoded);
      table_.unpacked->write(decoded);
    }
    decoder->finish();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) {
      throw;
    }
    fail(where, error.message());
  }
  if (size != member.size || sum != member.crc) {
    fail(where, "its bytes are damaged (size or sum differ)");
  }
  const std::uint64_t begin = std::exchange(unpacked_bytes_, unpacked_bytes_ + size);
  return {table_.unpacked->fd(), table_.unpacked->path(), begin, size, true};
}

std::string ArrayReader::read_at(const Extent& extent,
                                 std::uint64_t offset,
                                 std::size_t size) const {
  std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(size, extent.size - offset));
  bytes.resize(os::pread_full(extent.fd, bytes, extent.begin + offset, extent.path));
  return std::string(codec::as_text(bytes));
}

void ArrayReader::add_array(const Extent& extent,
                            const std::string& name,
                            const std::string& where) {
  const NpyHeaderPlace place = find_npy_header(read_at(extent, 0, kNpyPrelude), where);
  if (place.begin + place.size > extent.size) {
    fail(where, "the file is cut off in its header");
  }
  std::string text = read_at(extent, place.begin, place.size);
  text = place.is_utf8 ? std::move(text) : utf8_of_latin1(text);
  if (!is_utf8(text)) {
    fail(where, "its header is not UTF-8");
  }
  const NpyHeader header = parse_npy_header(text, where);
  const std::uint64_t data = place.begin + place.size;
  const std::uint64_t size = header.item_count() * header.item_size;
  if (size != extent.size - data) {
    fail(where,
         fmt::format("its header speaks of {}, {} follow",
                     plural(size, "byte"),
                     format_count(extent.size - data)));
  }
  take_rows(header.shape[0], where);
  const std::uint64_t columns = header.shape.size() == 2 ? header.shape[1] : 1;
  const std::size_t first = table_.layout.blocks.size();
  if (!header.is_fortran || header.shape.size() == 1) {
    table_.layout.blocks.push_back(
        {extent.is_unpacked, extent.begin + data, columns * header.item_size});
    add_columns(header, first, name);
    return;
  }
  // Column after column.
  for (std::uint64_t column = 0; column < columns; ++column) {
    const std::uint64_t begin = extent.begin + data + column * header.shape[0] * header.item_size;
    add_column(fmt::format("{}_{}", name, column),
               {table_.layout.blocks.size(), 0, header.fields.front().type});
    table_.layout.blocks.push_back({extent.is_unpacked, begin, header.item_size});
  }
}

void ArrayReader::add_columns(const NpyHeader& header, std::size_t block, const std::string& name) {
  const bool is_matrix = header.shape.size() == 2;
  for (const NpyField& field : header.fields) {
    const bool is_own = field.name.empty();
    const std::string base = is_own                          ? name
                             : source_.format == Format::npy ? field.name
                                                             : name + "_" + field.name;
    const std::uint64_t count = is_matrix ? header.shape[1] : field.count;
    for (std::uint64_t i = 0; i < count; ++i) {
      add_column(is_matrix || field.is_list ? fmt::format("{}_{}", base, i) : base,
                 {block, field.offset + i * field.type.size, field.type});
    }
  }
}

void ArrayReader::add_column(std::string name, const ArrayColumn& column) {
  if (table_.layout.columns.size() == kMaxColumns) {
    fail(quote(source_.name), fmt::format("more than {} columns", format_count(kMaxColumns)));
  }
  if (!names_.insert(name).second) {
    fail(quote(source_.name), fmt::format("two of its arrays make a column {}", quote(name)));
  }
  table_.shape.columns.push_back(std::move(name));
  table_.layout.columns.push_back(column);
}

void ArrayReader::take_rows(std::uint64_t rows, const std::string& where) {
  if (first_.empty()) {
    first_ = where;
    table_.shape.rows = rows;
  } else if (rows != table_.shape.rows) {
    fail(where,
         fmt::format("it has {}, {} has {}: the arrays of a table have as many",
                     plural(rows, "row"),
                     first_,
                     table_.shape.rows));
  }
}

}  // namespace

ArrayTable read_arrays(const os::Fd& fd,
                       const Source& source,
                       const ReaderLimits& limits,
                       const CancelToken& cancel) {
  return ArrayReader(fd, source, limits, cancel).read();
}

}  // namespace mlops::table
