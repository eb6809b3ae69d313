#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "table/row_match.h"

namespace mlops::table {

/// Lends visitors, each to one thread at a time. As many loans at once as there are visitors. Any
/// thread.
class VisitorPool {
 public:
  explicit VisitorPool(std::vector<RowVisitor*> visitors) : free_(std::move(visitors)) {}

  /// Gives the visitor back at its end.
  class Loan {
   public:
    explicit Loan(VisitorPool& pool) : pool_(pool) {
      const std::lock_guard<std::mutex> lock(pool_.mutex_);
      visitor_ = pool_.free_.back();
      pool_.free_.pop_back();
    }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() {
      const std::lock_guard<std::mutex> lock(pool_.mutex_);
      pool_.free_.push_back(visitor_);
    }
    RowVisitor& operator*() const { return *visitor_; }

   private:
    VisitorPool& pool_;
    RowVisitor* visitor_;
  };

 private:
  std::mutex mutex_;
  std::vector<RowVisitor*> free_;
};

}  // namespace mlops::table
