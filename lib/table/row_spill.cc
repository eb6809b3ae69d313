#include "table/row_spill.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "codec/bytes.h"

namespace mlops::table {
namespace {

constexpr std::size_t kPending = std::size_t{32} << 10U;
constexpr std::size_t kReadBytes = std::size_t{256} << 10U;
constexpr std::size_t kNumberBytes = 4;

// Reads rows out of bytes; a row that is cut off is not taken.
class RowParser {
 public:
  RowParser(std::string_view bytes, std::size_t columns) : bytes_(bytes), columns_(columns) {}

  bool next(std::uint32_t& row, Fields& fields) {
    std::size_t at = at_ + kNumberBytes;
    if (at > bytes_.size()) {
      return false;
    }
    row = 0;
    for (std::size_t i = kNumberBytes; i > 0; --i) {
      row = (row << 8U) | static_cast<unsigned char>(bytes_[at_ + i - 1]);
    }
    fields.resize(columns_);
    for (std::string_view& field : fields) {
      const std::optional<std::size_t> length = take_length(at);
      if (!length || *length > bytes_.size() - at) {
        return false;
      }
      field = bytes_.substr(at, *length);
      at += *length;
    }
    at_ = at;
    return true;
  }
  std::size_t taken() const { return at_; }

 private:
  std::optional<std::size_t> take_length(std::size_t& at) const {
    std::size_t length = 0;
    for (unsigned shift = 0; at < bytes_.size() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at++]);
      length |= static_cast<std::size_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) {
        return length;
      }
    }
    return std::nullopt;
  }

  std::string_view bytes_;
  std::size_t columns_;
  std::size_t at_ = 0;
};

class ShareFeed final : public RowFeed {
 public:
  ShareFeed(const os::TempFile& file, std::size_t columns, const CancelToken& cancel)
      : file_(file), columns_(columns), cancel_(cancel) {}

  bool each(const UseRow& use, const std::function<void()>& end_of_rows) override {
    std::string bytes;
    std::uint64_t offset = 0;
    Fields fields;
    while (read_more(bytes, offset)) {
      cancel_.check();
      RowParser rows(bytes, columns_);
      std::uint32_t row = 0;
      std::size_t count = 0;
      while (rows.next(row, fields)) {
        if (!use(fields, row)) {
          return false;
        }
        if (++count % RowSource::kMostRows == 0) {
          end_of_rows();
        }
      }
      end_of_rows();
      bytes.erase(0, rows.taken());
    }
    if (!bytes.empty()) {
      throw Error(ErrorKind::io, quote(file_.path().string()) + " ends within a row");
    }
    return true;
  }

 private:
  // A row that is longer than what is read at once needs several goes.
  bool read_more(std::string& bytes, std::uint64_t& offset) const {
    const std::size_t before = bytes.size();
    bytes.resize(before + kReadBytes);
    auto* const to = reinterpret_cast<std::uint8_t*>(bytes.data()) + before;
    const std::size_t got = os::pread_full(file_.fd(), {to, kReadBytes}, offset, file_.path());
    bytes.resize(before + got);
    offset += got;
    return got > 0;
  }

  const os::TempFile& file_;
  std::size_t columns_;
  const CancelToken& cancel_;
};

}  // namespace

RowSpill::RowSpill(const std::filesystem::path& directory, std::size_t shares, std::size_t columns)
    : columns_(columns) {
  shares_.reserve(shares);
  for (std::size_t i = 0; i < shares; ++i) {
    shares_.push_back({os::TempFile(directory, "mlops-rows-"), {}});
  }
}

void RowSpill::append(std::size_t share, std::uint32_t row, const Fields& fields) {
  std::string& bytes = shares_[share].pending;
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    bytes.push_back(static_cast<char>((row >> (8 * i)) & 0xFFU));
  }
  for (const std::string_view field : fields) {
    std::size_t rest = field.size();
    for (; rest >= 0x80U; rest >>= 7U) {
      bytes.push_back(static_cast<char>((rest & 0x7FU) | 0x80U));
    }
    bytes.push_back(static_cast<char>(rest));
    bytes.append(field);
  }
  if (bytes.size() >= kPending) {
    write(shares_[share]);
  }
}

void RowSpill::write(Share& share) {
  share.file.write(codec::as_bytes(share.pending));
  share.pending.clear();
}

std::unique_ptr<RowFeed> RowSpill::feed(std::size_t share, const CancelToken& cancel) {
  write(shares_[share]);
  return std::make_unique<ShareFeed>(shares_[share].file, columns_, cancel);
}

}  // namespace mlops::table
