#include <microhttpd.h>
#include <string.h>

// Paths and queries stay as they were sent; who reads them decodes them.
static inline size_t okapi_keep_raw(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

// MHD_start_daemon takes its options as variadic arguments, which Swift cannot pass. With no threads given each
// connection has its own; else so many serve all of them, and a connection may be suspended. By poll: by epoll version
// 0.9.75 leaves a connection unread now and then, and waits for ever behind the 1,024th piece of an answer.
static inline struct MHD_Daemon *okapi_start_daemon(
    int listening, MHD_AccessHandlerCallback answer, void *(*begin)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback end, MHD_NotifyConnectionCallback notify, void *context, unsigned int threads,
    unsigned int connections, unsigned int timeout_seconds, size_t memory_bytes, size_t stack_bytes) {
  unsigned int flags = threads == 0
      ? MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC | MHD_USE_TURBO
      : MHD_USE_POLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
  // A pool of one is the daemon's own thread, and is not asked for.
  struct MHD_OptionItem pool[] = {
      {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL},
      {MHD_OPTION_END, 0, NULL}};
  return MHD_start_daemon(
      flags, 0, NULL, NULL, answer, context, MHD_OPTION_LISTEN_SOCKET, listening,
      MHD_OPTION_URI_LOG_CALLBACK, begin, context,
      MHD_OPTION_NOTIFY_COMPLETED, end, context, MHD_OPTION_NOTIFY_CONNECTION, notify, context,
      MHD_OPTION_UNESCAPE_CALLBACK, &okapi_keep_raw, NULL, MHD_OPTION_ARRAY, pool,
      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_bytes, MHD_OPTION_THREAD_STACK_SIZE, stack_bytes, MHD_OPTION_END);
}

// MHD_get_connection_info is variadic too.
static inline int okapi_connection_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? (int)info->connect_fd : -1;
}
