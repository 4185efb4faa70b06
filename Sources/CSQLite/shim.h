#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift cannot import. An empty text may come without an address, and is not a null.
static inline int okapi_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
  return sqlite3_bind_text(statement, index, text ? text : "", length, SQLITE_TRANSIENT);
}
