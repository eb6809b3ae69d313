#pragma once

namespace mlops::remote {

/// The statuses of RFC 9110 and RFC 4918 that transports tell apart.
inline constexpr int kOk = 200;
inline constexpr int kCreated = 201;
inline constexpr int kNoContent = 204;
inline constexpr int kPartial = 206;
inline constexpr int kMultistatus = 207;
inline constexpr int kUnauthorized = 401;
inline constexpr int kForbidden = 403;
inline constexpr int kNotFound = 404;
inline constexpr int kNotAllowed = 405;
inline constexpr int kConflict = 409;
inline constexpr int kPreconditionFailed = 412;
inline constexpr int kTooLarge = 413;
inline constexpr int kRangeNotSatisfiable = 416;
inline constexpr int kNotImplemented = 501;
inline constexpr int kNoSpace = 507;

}  // namespace mlops::remote
