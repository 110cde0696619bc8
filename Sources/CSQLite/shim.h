#include <sqlite3.h>

// A variadic function, which Swift does not see. From now on closing the connection leaves the write-ahead log as it is.
static inline int strata_sqlite3_keep_log_on_close(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
