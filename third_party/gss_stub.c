/* Debian's libgit2.a can negotiate HTTP authentication through GSSAPI, but Debian has no archive of
 * GSSAPI. The static executable never speaks HTTP through libgit2; should it ever try, each of
 * these says that the mechanism is unavailable and libgit2 goes on to the next one.
 * Source of the signatures: RFC 2744; GSS_S_UNAVAILABLE is routine error 16.
 */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t OM_uint32;
enum { routine_error_offset = 16, unavailable = 16 };
static const OM_uint32 gss_s_unavailable = (OM_uint32)unavailable << routine_error_offset;

void* GSS_C_NT_HOSTBASED_SERVICE = NULL;

/* Every function returns a status and takes only pointers and integers, so one body that reads none
 * of its arguments serves them all: the C calling convention leaves arguments to the caller. */
#define MLOPS_UNAVAILABLE(name)  \
  OM_uint32 name(void);          \
  OM_uint32 name(void) {         \
    return gss_s_unavailable;    \
  }

MLOPS_UNAVAILABLE(gss_delete_sec_context)
MLOPS_UNAVAILABLE(gss_display_status)
MLOPS_UNAVAILABLE(gss_import_name)
MLOPS_UNAVAILABLE(gss_indicate_mechs)
MLOPS_UNAVAILABLE(gss_init_sec_context)
MLOPS_UNAVAILABLE(gss_release_buffer)
MLOPS_UNAVAILABLE(gss_release_name)
MLOPS_UNAVAILABLE(gss_release_oid_set)
