#include <microhttpd.h>
#include <string.h>

// Paths and queries stay as they were sent; who reads them decodes them.
static inline size_t okapi_keep_raw(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

// MHD_start_daemon takes its options as variadic arguments, which Swift cannot pass.
static inline struct MHD_Daemon *okapi_start_daemon(
    int listening, MHD_AccessHandlerCallback answer, void *(*begin)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback end, MHD_NotifyConnectionCallback notify, void *context, unsigned int connections,
    unsigned int timeout_seconds, size_t memory_bytes, size_t stack_bytes) {
  return MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC | MHD_USE_TURBO, 0,
      NULL, NULL, answer, context, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_URI_LOG_CALLBACK, begin, context,
      MHD_OPTION_NOTIFY_COMPLETED, end, context, MHD_OPTION_NOTIFY_CONNECTION, notify, context,
      MHD_OPTION_UNESCAPE_CALLBACK, &okapi_keep_raw, NULL,
      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_bytes, MHD_OPTION_THREAD_STACK_SIZE, stack_bytes, MHD_OPTION_END);
}

// MHD_get_connection_info is variadic too.
static inline int okapi_connection_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? (int)info->connect_fd : -1;
}
